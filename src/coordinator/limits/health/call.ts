import type { Tenant } from '../tenants.js'

/** A call of a service that was sent. */
export interface Call {
  readonly tenant: Tenant
  /** Unique in the engine. */
  readonly job: string
  readonly startedAtMs: number
}

/**
 * Whose failure it was. `waived`: the service's, so that it does not count against the job; `undecided`: nobody has been
 * answered since.
 */
export type Blame = 'own' | 'waived' | 'undecided'
