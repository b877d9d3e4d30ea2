import type { ArtifactId, MovieId } from '../../model/id.js'
import type { MomentFound } from './log-moment.js'

/**
 * How an artifact differs. `moved`: the content was there before, under another id of the same output, as that of a row
 * that has moved; `removed`: it, its row or its output is gone.
 */
export type ChangeKind = 'made' | 'changed' | 'moved' | 'removed'

/** One artifact that differs between two moments. */
export interface ArtifactChange {
  /** Its id. */
  readonly artifactId: ArtifactId
  /** How it differs. */
  readonly change: ChangeKind
  /** SHA-256 of its content before; absent where there was none. */
  readonly before?: string
  /** SHA-256 of its content after; absent where there is none. */
  readonly after?: string
}

/** Artifacts by how they differ. */
export type ChangeCounts = Readonly<Record<ChangeKind | 'same', number>>

/** What differs of the artifacts of one producer. */
export interface ProducerDiff extends ChangeCounts {
  /** Its name. */
  readonly producer: string
  /** Attempts between the two moments whose provider was called. */
  readonly calls: number
  /** Of all attempts between the two moments, in US dollars. */
  readonly costUsd: number
  /** The first artifacts that differ, some of each kind. */
  readonly examples: readonly ArtifactChange[]
}

/** What `movie.diff()` gives. */
export interface MovieDiff {
  /** The movie's name. */
  readonly movieId: MovieId
  /** The movie that it is compared with, where that is another one. */
  readonly otherId?: MovieId
  /** The earlier moment. */
  readonly from: MomentFound
  /** The later one; of the other movie, where there is one. */
  readonly to: MomentFound
  /** Over all producers. */
  readonly counts: ChangeCounts
  /** Over all producers. */
  readonly calls: number
  /** Over all producers, in US dollars. */
  readonly costUsd: number
  /** Producers of which something differs, or that have cost something, in the order of their first artifact. */
  readonly producers: readonly ProducerDiff[]
  /** All artifacts that differ, in no particular order. */
  changes(): IterableIterator<ArtifactChange>
}
