import type { RunAddress } from '../../../model/job.js'
import type { HostMessage } from '../../session/session-message.js'
import type { PackedJobs } from '../../thread/packed-jobs.js'
import type { TellsOfWorks } from './told-works.js'

type Jobs = Extract<HostMessage, { type: 'jobs' }>

/** What a coordinator says to a host, over a pipe. */
export type ToHost =
  | Exclude<HostMessage, Jobs | { type: 'run.open' | 'blob.reply' | 'ping' }>
  | (Omit<Jobs, 'jobs'> & { readonly jobs: PackedJobs })
  /** Of a coordinator that the session does not belong to: what do you hold? */
  | { readonly type: 'roll-call' }

/** A host that takes part: its first words. */
export interface Hello {
  readonly type: 'hello'
  /** For people to read: the machine and the process. */
  readonly host: string
  /** Jobs that the session runs at once. */
  readonly places: number
  /** Of the package. */
  readonly version: string
  /** What the code of configured providers is, by name; absent: nothing is known of it. */
  readonly fingerprints: Readonly<Record<string, string>>
  /** What the host does not allow, of what runs only where it does. */
  readonly refuses: readonly string[]
  /** It runs configured providers also where its code is another. */
  readonly takesOtherCode?: true
}

/** What a host says to a coordinator, over the pipe of the movie. */
export type FromHost =
  | Hello
  /** The host cannot serve the run. */
  | {
      readonly type: 'refused'
      readonly host: string
      readonly code: 'STORE_NOT_SHARED'
      readonly message: string
    }
  /** No new jobs, please: the host is about to leave. */
  | { readonly type: 'draining' }
  /** The session is over; jobs that it has not settled are handed back. */
  | { readonly type: 'left' }
  /** Answer to a roll-call. */
  | { readonly type: 'holding'; readonly works: readonly Work[] }
  | (RunAddress & TellsOfWorks & { readonly type: 'messages' })

/** Says what an attempt was given, in a way that another coordinator understands. */
export type Work = readonly [job: number, attempt: number, key: string]
