import type { ProviderModel } from '../../model/run/provider-model.js'

/** The last answer to a job that has no accepted one, and why it was not accepted. */
export interface RejectedAnswer {
  /** Who has rejected it: a `check` of the blueprint, or the provider, who could not use it. */
  readonly from: 'check' | 'provider'
  /** What is wrong with it; several reasons stand on a line each. */
  readonly reason: string
  /** By output name, as the outputs of a job are; absent when no outputs could be read from it. */
  readonly outputs?: Readonly<Record<string, unknown>>
  /** The beginning of an answer that no outputs could be read from, as it was given. */
  readonly answer?: string
  /** The attempt that has made it. */
  readonly attempt: number
  /** Who has given it; absent where only one may answer. */
  readonly by?: ProviderModel
  /** ISO 8601, UTC, of the rejection. */
  readonly at: string
}
