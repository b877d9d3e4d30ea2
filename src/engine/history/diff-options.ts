import type { SignalOptions } from '../signal/signal-options.js'
import type { LogMoment } from './log-moment.js'

/** What `movie.diff()` compares. */
export interface DiffOptions extends SignalOptions {
  /** @default before the last run; with `other`, now */
  readonly from?: LogMoment | undefined
  /** Of the other movie, where there is one. @default now */
  readonly to?: LogMoment | undefined
  /** The id of another movie, such as a fork of this one: what it has that this one does not. @default this movie */
  readonly other?: string | undefined
}
