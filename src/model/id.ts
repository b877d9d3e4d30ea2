declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** One build with its own log, manifest and blobs: `[a-z0-9][a-z0-9-]{0,62}`. */
export type MovieId = Branded<'MovieId'>
/** One instance of a producer: `Producer:Picture[fox]` in a loop with keys, `Producer:Picture[3]` in one without. */
export type JobId = Branded<'JobId'>
/** One named output of a job: `Producer:Picture[3].Image`, `Producer:Script.Pages[2]`. */
export type ArtifactId = Branded<'ArtifactId'>
/** SHA-256 of a blob's bytes, 64 lower-case hex digits. */
export type BlobHash = Branded<'BlobHash'>
/** One run of a movie; sorts by start time. */
export type RunId = Branded<'RunId'>

const BLOB_HASH = /^[0-9a-f]{64}$/

export const isBlobHash = (text: unknown): text is BlobHash =>
  typeof text === 'string' && BLOB_HASH.test(text)

/** Names an element of a loop in an id: by its key, or by its position, from 0, in a loop without keys. */
export type ElementName = number | string

/** Keys that stand in an id as they are; all others are quoted, so that a bare number is always a position. */
const PLAIN_KEY = /^[A-Za-z_][\w-]*$/
/** Reads tables of Unicode, so it is made when the first key that is not plain ASCII comes. */
let plainInAnyAlphabet: RegExp | undefined

function isPlain(key: string): boolean {
  if (PLAIN_KEY.test(key)) return true
  plainInAnyAlphabet ??= /^[\p{L}_][\p{L}\p{M}\p{N}_-]*$/u
  return plainInAnyAlphabet.test(key)
}

/** What stands in the brackets of an id: `3`, `fox`, `"1001"`, `"a b"`. */
export const elementText = (name: ElementName): string =>
  typeof name === 'number' || isPlain(name) ? String(name) : JSON.stringify(name)

const PREFIX = 'Producer:'

/** Joins checked names into a job id; `elements` has one for each loop of the producer. */
export function jobId(producer: string, elements: readonly ElementName[]): JobId {
  let id = PREFIX + producer
  for (const element of elements) id += `[${elementText(element)}]`
  return id as JobId
}

/** `Producer:Picture[3]` → `Picture` */
export function producerOf(job: JobId): string {
  if (!job.startsWith(PREFIX)) return job
  const end = job.indexOf('[')
  return job.slice(PREFIX.length, end === -1 ? undefined : end)
}

/** The job that an artifact is of. */
export function jobOf(artifact: ArtifactId): JobId {
  // A quoted key may have anything in it, but for what ends it.
  const end = artifact.includes('"')
    ? (/^(?:[^".]|"(?:[^"\\]|\\.)*")*/.exec(artifact)?.[0].length ?? 0)
    : artifact.indexOf('.')
  return artifact.slice(0, end === -1 ? undefined : end) as JobId
}

/** Joins a job id with an output's name and the elements of the output's own loops. */
export const artifactId = (job: JobId, output: string, elements: readonly ElementName[]): ArtifactId =>
  `${job}.${outputPart(output, elements)}` as ArtifactId

/** What the ids of an output's artifacts have after the job's. */
export function outputPart(output: string, elements: readonly ElementName[]): string {
  let part = output
  for (const element of elements) part += `[${elementText(element)}]`
  return part
}

/** Names a list that a job has made: its loop, and the elements of the loops around it, outermost first. */
export type ListName = readonly [loop: string, ...parents: ElementName[]]

/** New names of jobs, artifacts and lists, each as what it was called and what it is called now. */
export interface ElementMoves {
  readonly jobs: readonly (readonly [JobId, JobId])[]
  readonly artifacts: readonly (readonly [ArtifactId, ArtifactId])[]
  /** Lists in which something is kept, inside elements that have moved; absent: none. */
  readonly lists?: readonly (readonly [ListName, ListName])[]
}
