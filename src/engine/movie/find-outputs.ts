import { evolve } from '../../coordinator/state/evolve.js'
import { readMovie, requireMovie } from '../../coordinator/state/open-movie.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { valueHash } from '../../model/hash.js'
import { type ArtifactId, artifactId, type JobId, jobId, type MovieId, type RunId } from '../../model/id.js'
import type { MovieEvent } from '../../model/movie/event.js'
import { LOG_START } from '../../model/movie/manifest.js'
import { MovieState } from '../../model/movie/movie-state.js'
import { MapSlots } from '../../model/movie/slots.js'
import type { Family } from '../../plan/geometry/family.js'
import { indicesOf } from '../../plan/geometry/indices.js'
import type { ManifestLookup, Store } from '../../storage/store.js'
import { familyNamed } from '../outputs/family-named.js'
import { indicesOfKey } from '../outputs/job-key.js'
import type { JobKey } from '../outputs/job-outputs.js'
import { readOutputs } from '../outputs/read-outputs.js'
import { type MovieLayout, readLayout } from './movie-layout.js'

export interface WantedJob {
  readonly producer: string
  readonly key: JobKey
}

/**
 * What one job has made, without reading what the others have: its lines are found in the manifest by bisection, and
 * the log behind it is looked through for events of the job.
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `USAGE_INVALID`, `LOG_CORRUPT`, `MANIFEST_CORRUPT`
 */
export async function findOutputs(
  store: Store,
  movieId: MovieId,
  { producer, key }: WantedJob,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown> | undefined> {
  const indices = indicesOfKey(key)
  const job = jobId(producer, indices)
  const lookup = await store.manifests(movieId).lookUp()
  if (lookup === undefined) await requireMovie(store, movieId)
  const savedBy = lookup?.header.lastRun?.runId
  const saved = savedBy && (await readLayout(store, movieId, savedBy))
  const state = new MovieState(new MapSlots())
  if (lookup !== undefined && saved !== undefined) await restoreJob(state, lookup, saved, producer, indices)
  const after = lookup?.header.position ?? LOG_START
  let newest: RunId | undefined = savedBy
  for await (const { events } of store.log(movieId).read(after)) {
    signal?.throwIfAborted()
    for (const { event } of events) {
      if (event.type === 'run.started') newest = event.runId
      if (isOf(event, job)) evolve(state, event)
    }
  }
  if (newest === undefined) return undefined
  const layout = newest === savedBy ? saved : await readLayout(store, movieId, newest)
  if (layout === undefined) return undefined
  const family = familyNamed(layout, producer)
  checkDepth(family, indices, producer)
  const position = positionOf(family, indices)
  if (position === undefined) return undefined
  const movie = saved === undefined && lookup !== undefined ? await wholeMovie(store, movieId) : state
  const slots = layout.createSlots()
  const blobs = store.blobs(movieId)
  return await readOutputs(
    family,
    position,
    slot => movie.artifact(movie.slots.artifactSlot(slots.artifactIdAt(slot))),
    blob => blobs.readStream(blob),
  )
}

/** Without a record of its run nobody knows the order of a manifest. */
async function wholeMovie(store: Store, movieId: MovieId): Promise<MovieState> {
  return (await readMovie(store, movieId, new MapSlots(), 'packed')).movie
}

async function restoreJob(
  state: MovieState,
  lookup: ManifestLookup,
  layout: MovieLayout,
  producer: string,
  indices: readonly number[],
): Promise<void> {
  const family = layout.families.find(({ producer: { name } }) => name === producer)
  const position = family && positionOf(family, indices)
  if (family === undefined || position === undefined) return
  const first = family.firstArtifact + position * family.artifactsPerJob
  const last = first + family.artifactsPerJob - 1
  let found = await lookup.find(id => layout.slotOf(id), first, last)
  // A manifest that `gc` has saved may be in another order.
  if (found.length < family.artifactsPerJob) found = await lookup.search(idsOf(family, position))
  for (const record of found) {
    if (record.value !== undefined && valueHash(record.value) !== record.hash)
      throw new ShowrunnerError(
        'MANIFEST_CORRUPT',
        `The value of ${record.artifactId} in the manifest is not the one that was recorded. "showrunner verify" says what else is damaged. Delete the manifest: the next run continues from the one before it and the log.`,
        { details: { artifactId: record.artifactId } },
      )
    state.restoreArtifact(record)
  }
}

function idsOf({ producer, extents, outputs }: Family, position: number): ReadonlySet<ArtifactId> {
  const job = jobId(producer.name, indicesOf(position, extents))
  return new Set(
    outputs.flatMap(({ spec, extents: ofOutput, count }) =>
      Array.from({ length: count }, (_, index) => artifactId(job, spec.name, indicesOf(index, ofOutput))),
    ),
  )
}

function isOf(event: MovieEvent, job: JobId): boolean {
  if (event.type === 'writer.opened') return true
  if ('jobId' in event && event.jobId !== undefined) return event.jobId === job
  return 'artifactId' in event && event.artifactId.startsWith(`${job}.`)
}

/** Undefined when the loops have no such element. */
function positionOf({ extents }: Family, indices: readonly number[]): number | undefined {
  let position = 0
  for (const [at, extent] of extents.entries()) {
    if (!(indices[at]! < extent)) return undefined
    position = position * extent + indices[at]!
  }
  return position
}

function checkDepth({ producer: { loops } }: Family, indices: readonly number[], producer: string): void {
  if (indices.length === loops.length) return
  const expected =
    loops.length === 0 ? 'it has no loop: leave the key out' : `one for each of ${loops.join(', ')}`
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `The key of a job of ${producer} has ${indices.length} parts; expected ${expected}.`,
    { details: { producer, loops } },
  )
}
