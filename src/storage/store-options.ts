/** `fdatasync` survives a power loss, `process` only the death of the process (kill -9). */
export type Durability = 'fdatasync' | 'process'

export interface StoreOptions {
  /**
   * What an acknowledged write survives: a power loss (`fdatasync`), or only the end of the process
   * (`process`). @default 'fdatasync'
   */
  readonly durability?: Durability
  /** For the timestamps that the store itself writes. @default the system's clock */
  readonly now?: () => Date
}
