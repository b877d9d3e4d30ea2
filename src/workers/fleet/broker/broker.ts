import type { Register } from '../../../model/fleet/register.js'
import type { RunAddress } from '../../../model/job.js'
import type { BlobRef } from '../../../model/movie/event.js'

/** Asks for one session of a run. It says where the run's descriptor is, and nothing that a host would execute. */
export interface Ticket extends RunAddress {
  readonly movieId: string
  /** In the movie's store: a host that cannot read it has another store. */
  readonly descriptor: BlobRef
}

/** Takes a frame that was sent at this place of a pipe. */
export type TakeFrame = (at: string, frame: string) => void | Promise<void>

/** Frames, which are text, in the order in which they were sent, kept until they are forgotten. Any number of readers; each gets all. */
export interface Pipe {
  /** The engine has the frame when this resolves. Frames that are sent one after the other keep their order. */
  send(frame: string): Promise<void>
  /**
   * Gives all frames that are kept, then those that come, until the signal is aborted. Goes on by itself after a
   * connection was lost; frames that the engine has lost are not noticed here.
   * @param take while it is pending, nothing else is given; never rejects
   */
  read(take: TakeFrame, signal: AbortSignal): Promise<void>
  /** The frames up to this one are not needed any more. */
  forget(upTo: string): Promise<void>
  /** Nobody needs it any more, with all that it holds. */
  remove(): Promise<void>
}

/** Takes part in a fleet, and stops. */
export interface Serving {
  /** Takes no new tickets, and waits until the sessions have ended. */
  drain(): Promise<void>
}

/** What a fleet needs of an engine for queues. Every implementation passes `broker-contract`. */
export interface Broker extends AsyncDisposable {
  /** Asks for so many more sessions; 0 withdraws those that nobody has taken, of this run and those of its movie before it. */
  want(ticket: Ticket, count: number): Promise<void>
  /**
   * Takes tickets, at most so many at once. A ticket whose taker vanishes is given to another.
   * @param run serves one session; never rejects
   */
  serve(sessions: number, run: (ticket: Ticket) => Promise<void>): Serving
  /** Tickets that wait, and those that are being served. */
  demand(): Promise<{ readonly waiting: number; readonly served: number }>
  /** Sessions of a movie that have begun and not ended, as far as is known. */
  sessions(movieId: string): Promise<readonly string[]>
  enlist(movieId: string, session: string): Promise<void>
  delist(movieId: string, session: string): Promise<void>
  pipe(name: string): Pipe
  /** Forgotten when nobody has changed it for a minute. */
  register(name: string): Register
}

/** All sessions of a movie speak into one pipe, so that the next coordinator finds what they said. */
export const upPipe = (movieId: string): string => `${movieId}/up`

export const downPipe = (movieId: string, session: string): string => `${movieId}/down/${session}`
