import { reviewJudges } from '../../blueprint/review-judges.js'
import { conditionHolds } from '../../model/condition/condition-holds.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { Family } from '../geometry/family.js'
import { selectJob, selectJobs } from '../geometry/select-jobs.js'
import type { Selection } from '../geometry/selection.js'
import type { Plan } from '../plan.js'
import type { ArtifactRead } from '../values/artifact-read.js'
import type { ArtifactSource } from '../values/artifact-source.js'
import { TemplateResolver } from '../values/resolve-template.js'

/** The jobs whose reviews a job waits for, by one of its references or by the list of one of its loops. */
export interface ReviewedRead {
  readonly producer: Family
  readonly jobs: Selection
}

/** Whether a version waits for a person. */
export type ReviewNeed =
  | { readonly type: 'needed' | 'free' }
  /** These values must be loaded first. */
  | { readonly type: 'unread'; readonly blobs: readonly BlobRef[] }

/** Which producers' outputs people judge, and who waits for that. Pure. */
export class ReviewRules {
  /** Families that people judge. */
  readonly reviewed: ReadonlySet<number>
  /** By family: what its jobs wait for. */
  readonly #reads: readonly (readonly ReviewedRead[])[]
  readonly #plan: Plan

  constructor(plan: Plan) {
    const { families, edges } = plan
    this.#plan = plan
    this.reviewed = new Set(families.flatMap(({ index, producer }) => (producer.review ? [index] : [])))
    const readBy = new Map(families.map(({ producer }) => [producer.name, new Set<string>()]))
    for (const { consumer, producer } of edges)
      readBy.get(consumer.producer.name)!.add(producer.producer.name)
    for (const { producer, maker } of listReads(plan)) readBy.get(producer.name)!.add(maker.producer.name)
    const judges = new Map(
      families.flatMap(({ index, producer }) =>
        producer.review ? [[index, reviewJudges(producer, readBy)] as const] : [],
      ),
    )
    const waits = (consumer: Family, producer: Family): boolean =>
      judges.get(producer.index)?.has(consumer.producer.name) === false
    this.#reads = families.map(family => [
      ...plan.reads[family.index]!.flatMap(({ producer, output, jobs }) =>
        isReviewedOutput(producer, output) && waits(family, producer) ? [{ producer, jobs }] : [],
      ),
      ...listReads(plan).flatMap(({ producer, maker, output, jobs }) =>
        producer === family.producer && isReviewedOutput(maker, output) && waits(family, maker)
          ? [{ producer: maker, jobs }]
          : [],
      ),
    ])
  }

  get isEmpty(): boolean {
    return this.reviewed.size === 0
  }

  readsOf(family: Family): readonly ReviewedRead[] {
    return this.#reads[family.index]!
  }

  /** Slots of what people judge of a job. */
  artifactsOf(family: Family, job: number): readonly number[] {
    const block = family.blockOf(job)
    const first = block.firstArtifactOf(job)
    const { outputs } = family.producer.review!
    return block.outputs.flatMap(({ spec, offset, count }) =>
      outputs.includes(spec.name) ? Array.from({ length: count }, (_, at) => first + offset + at) : [],
    )
  }

  /** The jobs that the condition of a job's review reads. */
  *judgesOf(family: Family, job: number): IterableIterator<number> {
    const reads: readonly ArtifactRead[] = this.#plan.reviewReads[family.index]!
    if (reads.length === 0) return
    const indices = family.indicesOf(job)
    for (const { producer, jobs } of reads) {
      if (jobs.isFanIn) yield* selectJobs(producer, jobs, indices)
      else {
        const read = selectJob(producer, jobs, indices)
        if (read !== -1) yield read
      }
    }
  }

  /** Whether what a job has made waits for a person; asked when the jobs have settled that its condition reads. */
  needOf(family: Family, job: number, source: ArtifactSource): ReviewNeed {
    const { when } = family.producer.review!
    if (when === undefined) return NEEDED
    // What could not be judged by the condition is judged by a person.
    for (const judge of this.judgesOf(family, job)) if (source.isUnavailable(judge)) return NEEDED
    const resolver = new TemplateResolver(this.#plan, source, family, family.indicesOf(job))
    const isTrue = conditionHolds(when, template => resolver.resolve(template, undefined).value)
    if (resolver.missing.length > 0) return { type: 'unread', blobs: resolver.missing }
    return isTrue ? NEEDED : FREE
  }
}

const NEEDED: ReviewNeed = { type: 'needed' }
const FREE: ReviewNeed = { type: 'free' }

function isReviewedOutput({ producer }: Family, output: number): boolean {
  const name = [...producer.outputs.keys()][output]!
  return producer.review?.outputs.includes(name) ?? false
}

/** Who runs in a loop whose list a job makes, and which job that is. */
function listReads({ families, growth }: Plan) {
  return families.flatMap(({ producer }) =>
    growth.loops.flatMap(({ loop, maker, output }) => {
      if (!producer.loops.includes(loop.name)) return []
      const selectors = maker.producer.loops.map(name => ({
        type: 'loop' as const,
        position: producer.loops.indexOf(name),
        offset: 0,
      }))
      return [{ producer, maker, output, jobs: { selectors, isFanIn: false } }]
    }),
  )
}
