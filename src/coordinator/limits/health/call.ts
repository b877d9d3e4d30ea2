import type { Party } from '../parties.js'

/** A call of a service, from its departure on. */
export interface Call {
  readonly party: Party
  /** Unique in the engine. */
  readonly job: string
  readonly startedAtMs: number
}

/**
 * Whose failure it was. `waived`: the service's, so that it does not count against the job; `undecided`: nobody has been
 * answered since.
 */
export type Blame = 'own' | 'waived' | 'undecided'
