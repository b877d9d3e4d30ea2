import type { MovieEvent } from '../../model/movie/event.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Plan } from '../../plan/plan.js'
import type { JobStatuses } from '../../plan/up-to-date/job-statuses.js'
import { familyNamed } from './family-named.js'
import { FeedReader } from './feed-reader.js'
import { keyOf } from './job-key.js'
import type { JobOutputs } from './job-outputs.js'
import type { ReadBlob } from './output-blob.js'
import { readOutputs } from './read-outputs.js'

/** Where a feed reads the results of a run. */
export interface FeedSource {
  readonly plan: Plan
  readonly movie: MovieState
  readonly statuses: Pick<JobStatuses, 'get' | 'counts'>
  readonly readBlob: ReadBlob
}

/** Readers look for jobs that were there already this often at most, since each look goes over all of them. */
const LOOK_INTERVAL_MS = 50

/**
 * Hands out what the jobs of a run have made, once it is durable. What waits for a reader are numbers of jobs: values
 * are read from the run's own state when it asks for them, so a slow reader costs eight bytes a job and never holds
 * the run up. Without readers it costs nothing.
 */
export class OutputFeed {
  readonly #readers = new Set<FeedReader>()
  #source: FeedSource | undefined
  #end: { readonly error?: unknown } | undefined
  #cachedSeen = 0
  #look: NodeJS.Timeout | undefined

  /** The run's jobs are known. */
  begin(source: FeedSource): void {
    this.#source = source
    this.#wakeAll()
  }

  /** These events are durable. */
  recorded(events: readonly MovieEvent[]): void {
    if (this.#readers.size === 0) return
    for (const event of events) {
      if (event.type !== 'job.succeeded') continue
      const job = this.#source!.movie.slots.jobSlot(event.jobId)
      for (const reader of this.#readers) reader.add(job)
    }
  }

  /** A turn has ended: more jobs may have been found to be there already. */
  turned(): void {
    if (this.#readers.size === 0 || this.#look !== undefined) return
    const { cached } = this.#source!.statuses.counts
    if (cached === this.#cachedSeen) return
    this.#look = setTimeout(() => {
      this.#look = undefined
      this.#cachedSeen = this.#source!.statuses.counts.cached
      for (const reader of this.#readers) reader.hasCached = true
      this.#wakeAll()
    }, LOOK_INTERVAL_MS).unref()
  }

  /** The run has ended; with an error when it could not be carried out. */
  close(end: { readonly error?: unknown }): void {
    clearTimeout(this.#look)
    this.#end = end
    this.#wakeAll()
  }

  /** The outputs of one producer's jobs, or of all. Nothing is missed between this call and the first `next()`. */
  read(producer?: string): AsyncGenerator<JobOutputs, void, undefined> {
    const reader = new FeedReader()
    reader.hasCached = true
    this.#readers.add(reader)
    return this.#outputsFor(reader, producer)
  }

  async *#outputsFor(
    reader: FeedReader,
    producer: string | undefined,
  ): AsyncGenerator<JobOutputs, void, undefined> {
    try {
      while (this.#source === undefined && this.#end === undefined) await reader.wait()
      if (this.#source !== undefined) yield* this.#follow(this.#source, reader, producer)
      if (this.#end !== undefined && 'error' in this.#end) throw this.#end.error
    } finally {
      this.#readers.delete(reader)
    }
  }

  async *#follow(
    source: FeedSource,
    reader: FeedReader,
    producer: string | undefined,
  ): AsyncGenerator<JobOutputs, void, undefined> {
    const families = familiesOf(source.plan, producer)
    for (;;) {
      const job = reader.take()
      if (job !== undefined) {
        const family = source.plan.familyOf(job)
        const made = families.includes(family) ? await outputsOf(source, family, job) : undefined
        if (made !== undefined) yield made
      } else if (this.#end !== undefined) {
        if (reader.isComplete) return
        reader.isComplete = true
        addSettled(source, families, reader, 'error' in this.#end ? ['cached'] : ['cached', 'succeeded'])
      } else if (reader.hasCached) {
        reader.hasCached = false
        addSettled(source, families, reader, ['cached'])
      } else await reader.wait()
    }
  }

  #wakeAll(): void {
    for (const reader of this.#readers) reader.wake()
  }
}

const familiesOf = (plan: Plan, producer: string | undefined): readonly Family[] =>
  producer === undefined ? plan.families : [familyNamed(plan, producer)]

/** Jobs that the reader was not told of: those that were there before, and those made before it was there. */
function addSettled(
  { statuses }: FeedSource,
  families: readonly Family[],
  reader: FeedReader,
  wanted: readonly string[],
): void {
  for (const { blocks } of families)
    for (const { firstJob, size } of blocks)
      for (let job = firstJob; job < firstJob + size; job++)
        if (wanted.includes(statuses.get(job))) reader.add(job)
}

async function outputsOf(
  { movie, statuses, readBlob }: FeedSource,
  family: Family,
  job: number,
): Promise<JobOutputs | undefined> {
  const outputs = await readOutputs(family, job, slot => movie.artifact(slot), readBlob)
  if (outputs === undefined) return undefined
  return {
    producer: family.producer.name,
    jobId: movie.slots.jobIdAt(job),
    key: keyOf(family, job),
    isCached: statuses.get(job) === 'cached',
    ...outputs,
  }
}
