import type { JobMessage } from '../model/job.js'
import type { MovieEvent } from '../model/movie/event.js'
import type { Start } from './effect.js'

/** Hears what has become durable; called between the append and the next turn, so it must be quick. */
export interface RunListener {
  recorded(events: readonly MovieEvent[]): void
  started(starts: readonly Start[]): void
  progressed(message: JobMessage & { type: 'job.progress' | 'job.log' }): void
  /** The end of a turn: gives what is to be told of it once it is durable. */
  turned(): (() => void) | undefined
}
