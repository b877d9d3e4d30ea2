import { evolve } from '../../coordinator/state/evolve.js'
import { requireMovie } from '../../coordinator/state/open-movie.js'
import { isShowrunnerError } from '../../model/error/error.js'
import { valueHash } from '../../model/hash.js'
import type { MovieId } from '../../model/id.js'
import type { ArtifactMade, BlobRef } from '../../model/movie/event.js'
import { MovieState } from '../../model/movie/movie-state.js'
import { MapSlots } from '../../model/movie/slots.js'
import { untilAborted } from '../../model/until-aborted.js'
import { layout } from '../../storage/layout.js'
import type { Finding, Store } from '../../storage/store.js'
import { abortable } from '../signal/abortable.js'
import { ManifestCheck, type Report } from './manifest-check.js'
import { NamedBlobs } from './named-blobs.js'

/** What `movie.verify()` has found. */
export interface Verification {
  /** The movie's name. */
  readonly movieId: MovieId
  /** True when nothing is damaged; notes are no damage. */
  readonly isClean: boolean
  /** Damage and notes, the first thousand. */
  readonly findings: readonly Finding[]
  /** How much was read. */
  readonly checked: {
    /** Lines of the log that count. */
    readonly events: number
    /** Blobs whose bytes were hashed. */
    readonly blobs: number
    /** Of the newest manifest; 0 without one. */
    readonly revision: number
  }
}

/** Findings reported; more of the same would hide the first. */
const FINDING_LIMIT = 1_000

/**
 * Checks every line of the log, every revision of the manifest, the newest one against the fold of the log,
 * and every blob that an event names. Reads only; reports damage instead of throwing.
 * @throws ShowrunnerError `MOVIE_NOT_FOUND`; `STORE_UNSUPPORTED` for a movie that a newer version has written
 */
export async function verifyMovie(
  store: Store,
  movieId: MovieId,
  signal?: AbortSignal,
): Promise<Verification> {
  const oddLog = await findOddLog(store, movieId)
  if (oddLog === undefined) await requireMovie(store, movieId)
  const findings: Finding[] = []
  let isClean = true
  const report: Report = finding => {
    if (finding.severity === 'damage') isClean = false
    if (findings.length < FINDING_LIMIT) findings.push(finding)
  }
  if (oddLog) report(oddLog)
  else for await (const finding of abortable(store.log(movieId).check(), signal)) report(finding)
  for await (const finding of abortable(store.manifests(movieId).check(), signal)) report(finding)
  const slots = new MapSlots()
  const manifest = await ManifestCheck.load(store, movieId, slots)
  const state = new MovieState(slots, 'none')
  const { events, blobs } = await untilAborted(checkLog(store, movieId, state, manifest, report), signal)
  for await (const finding of abortable(store.blobs(movieId).check(blobs), signal)) report(finding)
  const checked = { events, blobs: blobs.size, revision: manifest?.header.revision ?? 0 }
  return { movieId, isClean, findings, checked }
}

/** What has the place of the log though it is none: a folder, a link. Nothing of it is read. */
async function findOddLog(store: Store, movieId: MovieId): Promise<Finding | undefined> {
  try {
    await store.log(movieId).exists()
    return undefined
  } catch (error) {
    if (!isShowrunnerError(error) || error.details.found === undefined) throw error
    return { severity: 'damage', where: layout.events(movieId), message: error.message }
  }
}

/** What the lines say, as far as they can be read: inline values, the fold up to the manifest, blobs named. */
async function checkLog(
  store: Store,
  movieId: MovieId,
  movie: MovieState,
  manifest: ManifestCheck | undefined,
  report: Report,
): Promise<{ events: number; blobs: ReadonlyMap<string, BlobRef> }> {
  const named = new NamedBlobs()
  let events = 0
  try {
    for await (const batch of store.log(movieId).read())
      for (const { seq, event } of batch.events) {
        evolve(movie, event)
        events = seq
        if (seq === manifest?.header.position.seq) manifest.compare(movie, report)
        named.note({ seq, event })
        if (event.type === 'artifact' && !event.blob) checkValue(event, report)
      }
    manifest?.expectCompared(events, report)
    return { events, blobs: (await named.withoutRemoved(store, movieId)).blobs }
  } catch (error) {
    // Reported already, by the check of the lines or as an odd log.
    if (!isShowrunnerError(error)) throw error
    if (error.code !== 'LOG_CORRUPT' && error.details.found === undefined) throw error
  }
  // A damaged log does not tell all of them.
  for (const blob of manifest?.blobs() ?? []) named.blobs.set(blob.hash, blob)
  return { events, blobs: named.blobs }
}

function checkValue({ artifactId, value, hash }: ArtifactMade, report: Report): void {
  if (hash === undefined || valueHash(value ?? null) === hash) return
  const message = 'its value does not have the hash it was recorded with'
  report({ severity: 'damage', where: artifactId, message })
}
