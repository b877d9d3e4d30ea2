import type { AttemptAddress, RunAddress } from '../../../model/job.js'
import type { HostMessage, WorkerJobMessage } from '../../session/session-message.js'
import type { PackedJobs } from '../../thread/packed-jobs.js'
import type { PackedMessages } from '../../thread/packed-messages.js'

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
  /** Built-in providers that the host does not run. */
  readonly refuses: readonly string[]
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
  | (RunAddress & {
      readonly type: 'messages'
      readonly messages: PackedMessages
      /** Of what has settled, and of checkpoints. */
      readonly works: readonly Work[]
    })

/** Says what an attempt was given, in a way that another coordinator understands. */
export type Work = readonly [job: number, attempt: number, key: string, inputsHash: string]

/** The same for the same work of a movie, whoever dispatches it, and for nothing else. */
export const workKey = (jobId: string, inputsHash: string, generation: number): string =>
  `${jobId}\n${inputsHash}\n${generation}`

/** A message of an attempt, and the key of its work where it has one. */
export interface HeardMessage {
  readonly message: WorkerJobMessage
  readonly key: string | undefined
}

/** Gives each message that may be recorded the key of its work. */
export function withWorks(
  messages: readonly WorkerJobMessage[],
  works: readonly Work[],
): readonly HeardMessage[] {
  const byAttempt = new Map(works.map(work => [addressText({ job: work[0], attempt: work[1] }), work]))
  return messages.map(message => {
    const work = isRecorded(message) ? byAttempt.get(addressText(message)) : undefined
    if (work === undefined) return { message, key: undefined }
    const [, , key, inputsHash] = work
    return { message: message.type === 'job.settled' ? { ...message, inputsHash } : message, key }
  })
}

/** Whether a message may reach the log. */
export const isRecorded = ({ type }: WorkerJobMessage): boolean =>
  type === 'job.settled' || type === 'job.checkpoint'

export const addressText = ({ job, attempt }: AttemptAddress): string => `${job}:${attempt}`
