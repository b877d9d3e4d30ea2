import type { ArtifactMade, LoggedEvent } from '../../../model/movie/event.js'

/** A line of the log that names a version of an artifact. */
export type ArtifactEvent = LoggedEvent & { readonly event: ArtifactMade }

/** An artifact that a job has at a moment, which may be pinned or edited. */
export interface CurrentArtifactEvent extends ArtifactEvent {
  readonly override?: 'edited' | 'pinned'
}
