import { evolve } from '../../coordinator/state/evolve.js'
import { readMovie, requireMovie } from '../../coordinator/state/open-movie.js'
import type { ReadElement } from '../../model/artifact-address.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { valueHash } from '../../model/hash.js'
import { type ArtifactId, type JobId, jobId, type MovieId, type RunId } from '../../model/id.js'
import type { MovieEvent } from '../../model/movie/event.js'
import { LOG_START } from '../../model/movie/log-position.js'
import { MovieState } from '../../model/movie/movie-state.js'
import { MapSlots } from '../../model/movie/slots.js'
import type { Family } from '../../plan/geometry/family.js'
import { findIndices } from '../../plan/identity/find-element.js'
import type { ManifestLookup, Store } from '../../storage/store.js'
import { familyNamed } from '../outputs/family-named.js'
import { elementsOfKey } from '../outputs/job-key.js'
import type { JobKey } from '../outputs/job-outputs.js'
import { readOutputs } from '../outputs/read-outputs.js'
import { type MovieLayout, readLayout } from './movie-layout.js'

export interface WantedJob {
  readonly producer: string
  readonly key: JobKey
}

/**
 * What one job has made, without reading what the others have: its lines are found in the manifest by bisection, and
 * the log after it is looked through for events of the job.
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`, `USAGE_INVALID`, `LOG_CORRUPT`, `MANIFEST_CORRUPT`
 */
export async function findOutputs(
  store: Store,
  movieId: MovieId,
  { producer, key }: WantedJob,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown> | undefined> {
  const elements = elementsOfKey(key)
  const lookup = await store.manifests(movieId).lookUp()
  if (lookup === undefined) await requireMovie(store, movieId)
  const savedBy = lookup?.header.lastRun?.runId
  const saved = savedBy && (await readLayout(store, movieId, savedBy))
  const job = jobNamed(saved, producer, elements)
  const state = new MovieState(new MapSlots())
  if (lookup !== undefined && saved !== undefined) await restoreJob(state, lookup, saved, producer, elements)
  const after = lookup?.header.position ?? LOG_START
  let newest: RunId | undefined = savedBy
  let hasMoved = false
  for await (const { events } of store.log(movieId).read(after)) {
    signal?.throwIfAborted()
    for (const { event } of events) {
      if (event.type === 'run.started') newest = event.runId
      hasMoved ||= hasMoves(event)
      if (isOf(event, job)) evolve(state, event)
    }
  }
  if (newest === undefined) return undefined
  const layout = newest === savedBy ? saved : await readLayout(store, movieId, newest)
  if (layout === undefined) return undefined
  const family = familyNamed(layout, producer)
  checkDepth(family, elements, producer)
  const place = jobIn(family, elements)
  if (place === -1) return undefined
  // Where the job was not a part of the run that saved the manifest, or had another name, nobody knows where it stands.
  const isInSaved = lookup === undefined || (saved && placeIn(saved, producer, elements) !== -1)
  const isOther = !isInSaved || hasMoved || jobNamed(layout, producer, elements) !== job
  const movie = isOther ? await wholeMovie(store, movieId) : state
  const slots = layout.createSlots()
  const blobs = store.blobs(movieId)
  return await readOutputs(
    family,
    place,
    slot => movie.artifact(movie.slots.artifactSlot(slots.artifactIdAt(slot))),
    blob => blobs.readStream(blob),
  )
}

/** Whether jobs have other names after it. */
const hasMoves = (event: MovieEvent): boolean =>
  (event.type === 'run.started' || event.type === 'loop.expanded') && event.moved !== undefined

/** The id of the job in a run of this layout; a position in a loop with keys names it by its key. */
function jobNamed(
  layout: MovieLayout | undefined,
  producer: string,
  elements: readonly ReadElement[],
): JobId {
  const place = layout === undefined ? -1 : placeIn(layout, producer, elements)
  if (place !== -1) return layout!.createSlots().jobIdAt(place)
  return jobId(
    producer,
    elements.map(({ name }) => name),
  )
}

async function wholeMovie(store: Store, movieId: MovieId): Promise<MovieState> {
  return (await readMovie(store, movieId, new MapSlots(), 'packed')).movie
}

function placeIn({ families }: MovieLayout, producer: string, elements: readonly ReadElement[]): number {
  const family = families.find(({ producer: { name } }) => name === producer)
  return family === undefined ? -1 : jobIn(family, elements)
}

async function restoreJob(
  state: MovieState,
  lookup: ManifestLookup,
  layout: MovieLayout,
  producer: string,
  elements: readonly ReadElement[],
): Promise<void> {
  const family = layout.families.find(({ producer: { name } }) => name === producer)
  const place = family === undefined ? -1 : jobIn(family, elements)
  if (family === undefined || place === -1) return
  const block = family.blockOf(place)
  const first = block.firstArtifactOf(place)
  const last = first + block.artifactsPerJob - 1
  let found = await lookup.find(id => layout.slotOf(id), first, last)
  // A manifest that `gc` has saved may be in another order.
  if (found.length < block.artifactsPerJob) found = await lookup.search(idsOf(layout, first, last))
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

function idsOf(layout: MovieLayout, first: number, last: number): ReadonlySet<ArtifactId> {
  const slots = layout.createSlots()
  return new Set(Array.from({ length: last - first + 1 }, (_, at) => slots.artifactIdAt(first + at)))
}

function isOf(event: MovieEvent, job: JobId): boolean {
  if (event.type === 'writer.opened') return true
  if ('jobId' in event && event.jobId !== undefined) return event.jobId === job
  return 'artifactId' in event && event.artifactId.startsWith(`${job}.`)
}

/** -1 when the loops have no such element. */
function jobIn(family: Family, elements: readonly ReadElement[]): number {
  const indices = findIndices(elements, family)
  return indices === undefined ? -1 : family.jobAt(indices)
}

function checkDepth(
  { producer: { loops }, dimensions }: Family,
  elements: readonly ReadElement[],
  producer: string,
): void {
  if (elements.length === loops.length) {
    const at = elements.findIndex(({ isQuoted }, dimension) => isQuoted && !dimensions[dimension]!.isKeyed)
    if (at === -1) return
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `Loop "${loops[at]}" has no keys, so ${JSON.stringify(elements[at]!.text)} names no element of it. Give a position, counted from 0, or give the loop a "key".`,
      { details: { producer, loops } },
    )
  }
  const expected =
    loops.length === 0 ? 'it has no loop: leave the key out' : `one for each of ${loops.join(', ')}`
  throw new ShowrunnerError(
    'USAGE_INVALID',
    `The key of a job of ${producer} has ${elements.length} parts; expected ${expected}.`,
    { details: { producer, loops } },
  )
}
