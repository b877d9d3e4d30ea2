import type { MessagePort } from 'node:worker_threads'
import type { RunId } from '../../model/id.js'
import type { StoreOptions } from '../../storage/store-options.js'
import type { HostMessage, WorkerMessage } from '../session/session-message.js'

/** Where a thread of this machine finds what a run needs. */
export interface RunPlaces {
  readonly baseFolder: string
  /** Undefined: the store lives in the host, which keeps the bytes for the thread. */
  readonly storeUrl: string | undefined
  /** Undefined: there is no cache that threads can reach. */
  readonly cacheUrl: string | undefined
}

/** A session's messages, and what concerns threads of this machine alone. */
export type ToThread =
  | HostMessage
  /** Comes before the run is opened. */
  | { readonly type: 'run.places'; readonly run: RunId; readonly places: RunPlaces }

export type FromThread =
  | WorkerMessage
  /** A process group that the thread has started; it outlives the thread unless the host ends it. */
  | { readonly type: 'process'; readonly pid: number; readonly state: 'started' | 'ended' }

/** Argument of the pool's task that a session is. */
export interface SessionStart {
  readonly port: MessagePort
  readonly abortGraceMs: number
  readonly inlineLimitBytes: number
  /** Of the store that the thread opens. */
  readonly durability: NonNullable<StoreOptions['durability']>
  /** File URLs of the modules of configured providers, by provider name. */
  readonly modules: Readonly<Record<string, string>>
}
