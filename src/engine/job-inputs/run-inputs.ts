import type { ArtifactId, JobId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import type { BlobRef } from '../../model/movie/event.js'

/** An artifact as it is known to whoever asks what a job was given. */
export interface KnownArtifact {
  /** A value; absent: it is a blob. */
  readonly value?: JsonValue
  /** Bytes. */
  readonly blob?: BlobRef
  /** SHA-256 of its content, in hex. */
  readonly hash?: string
}

/** One input of a job: its template, filled in. */
export interface GivenInput {
  /** As in `with`. */
  readonly name: string
  /** Bytes stand in it as `{ hash, sizeBytes, mimeType }`; undefined: it is absent. */
  readonly value: JsonValue | undefined
  /** As `job.succeeded` has it in `inputs`, so that it shows whether the job was given the same. */
  readonly digest: string
  /** The artifacts that it was filled in from, the first ones of many. */
  readonly reads: readonly ArtifactId[]
  /** It is made from more artifacts than were looked at. */
  readonly isCut?: true
}

/** Jobs beside a job: the first ones of as many as there are. */
export interface RelatedJobs {
  /** All of them. */
  readonly count: number
  /** The first ones, in the order of the plan. */
  readonly jobs: readonly JobId[]
}

/** What a job is given, and from whom. */
export interface JobInputs {
  /** In the order of `with`. */
  readonly inputs: readonly GivenInput[]
  /** Jobs whose results it reads. */
  readonly reads: RelatedJobs
  /** Jobs that read its results. */
  readonly readBy: RelatedJobs
}

/** What the jobs of a run are given, by its record: its blueprint and its inputs, in which secrets are blanked out. */
export interface RunInputs {
  /**
   * @param artifactOf what an artifact is; the movie's newest ones, or those of another moment
   * @returns undefined for a job that the run did not have
   */
  of(
    job: string,
    artifactOf: (id: ArtifactId) => Promise<KnownArtifact | undefined>,
  ): Promise<JobInputs | undefined>
}
