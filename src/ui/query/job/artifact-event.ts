import type { ArtifactMade, LoggedEvent } from '../../../model/movie/event.js'

/** A line of the log that names a version of an artifact. */
export type ArtifactEvent = LoggedEvent & { readonly event: ArtifactMade }

/** An artifact that a job has at a moment, which may be kept as it is by hand. */
export interface KeptArtifactEvent extends ArtifactEvent {
  readonly keep?: 'edited' | 'pinned'
}
