import type { WorkerJobMessage } from '../../session/session-message.js'
import { type PackedMessages, packMessages, unpackMessages } from '../../thread/packed-messages.js'
import { workKey } from './work-key.js'

/** What an attempt was given. */
export interface GivenWork {
  readonly jobId: string
  readonly inputsHash: string
  readonly generation: number
}

/** Messages, and of each that a log may take, what its attempt was given. */
export interface TellsOfWorks {
  readonly messages: PackedMessages
  /** A row for each message that a log may take, in the order in which they are unpacked. */
  readonly works: WorkColumns
}

interface WorkColumns {
  /** Empty where nothing is known of it. */
  readonly jobIds: readonly string[]
  readonly inputsHashes: readonly string[]
  readonly generations: readonly number[]
}

/** A message of an attempt, and the key of its work where it has one. */
export interface HeardMessage {
  readonly message: WorkerJobMessage
  readonly key: string | undefined
}

/** @param workOf of a message that a log may take; called once for each */
export function packWorks(
  messages: readonly WorkerJobMessage[],
  workOf: (address: { readonly job: number; readonly attempt: number }) => GivenWork | undefined,
): TellsOfWorks {
  const packed = packMessages(messages)
  const jobIds: string[] = []
  const inputsHashes: string[] = []
  const generations: number[] = []
  const add = (work: GivenWork | undefined) => {
    jobIds.push(work?.jobId ?? '')
    inputsHashes.push(work?.inputsHash ?? '')
    generations.push(work?.generation ?? 0)
  }
  for (const message of packed.others) if (isRecorded(message)) add(workOf(message))
  if (packed.plain !== undefined) {
    const { jobs, attempts } = packed.plain
    for (let row = 0; row < jobs.length; row++) add(workOf({ job: jobs[row]!, attempt: attempts[row]! }))
  }
  return { messages: packed, works: { jobIds, inputsHashes, generations } }
}

/** What has settled says of which inputs it was made. */
export function heardMessages({ messages, works }: TellsOfWorks): readonly WorkerJobMessage[] {
  const { plain, others } = messages
  const { inputsHashes } = works
  let row = 0
  const heard = others.map(message => {
    if (!isRecorded(message)) return message
    const inputsHash = inputsHashes[row++]!
    return message.type === 'job.settled' && inputsHash !== '' ? { ...message, inputsHash } : message
  })
  return unpackMessages({ plain, others: heard }, row === 0 ? inputsHashes : inputsHashes.slice(row))
}

/** Gives each message that may be recorded the key of its work. */
export function heardWorks(told: TellsOfWorks): readonly HeardMessage[] {
  const { jobIds, inputsHashes, generations } = told.works
  let row = 0
  return heardMessages(told).map(message => {
    if (!isRecorded(message)) return { message, key: undefined }
    const at = row++
    const jobId = jobIds[at]!
    return { message, key: jobId === '' ? undefined : workKey(jobId, inputsHashes[at]!, generations[at]!) }
  })
}

/** Whether a message may reach the log. */
const isRecorded = ({ type }: WorkerJobMessage): boolean =>
  type === 'job.settled' || type === 'job.checkpoint'
