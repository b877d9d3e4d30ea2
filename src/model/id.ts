declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** One build with its own log, manifest and blobs: `[a-z0-9][a-z0-9-]{0,62}`. */
export type MovieId = Branded<'MovieId'>
/** One instance of a producer: `Producer:Picture[3]`. */
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

/** Joins checked names into a job id. `indices` are 0-based, one a loop of the producer. */
export function jobId(producer: string, indices: readonly number[]): JobId {
  let id = `Producer:${producer}`
  for (const index of indices) id += `[${index}]`
  return id as JobId
}

/** `Producer:Picture[3]` → `Picture` */
export const producerOf = (job: JobId): string => /^Producer:([^[]*)/.exec(job)?.[1] ?? job

/** Joins a job id with an output's name and its own indices. */
export function artifactId(job: JobId, output: string, indices: readonly number[]): ArtifactId {
  let id = `${job}.${output}`
  for (const index of indices) id += `[${index}]`
  return id as ArtifactId
}
