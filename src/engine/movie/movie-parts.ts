import type { MovieId } from '../../model/id.js'
import type { CustomStore } from '../../storage/custom/custom-store.js'
import type { Store } from '../../storage/store.js'

/** What a {@link Movie} is made of. */
export interface MovieParts {
  readonly id: MovieId
  /** @throws ShowrunnerError `ENGINE_CLOSED` */
  readonly store: () => Store
  /** Opens another one. */
  readonly openStore: (place: string | CustomStore) => Promise<Store>
  readonly closed: AbortSignal
}
