import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Link } from '../session/link.js'
import { type PackedJobs, packJobs, unpackJobs } from './packed-jobs.js'
import { type PackedMessages, packMessages, unpackMessages } from './packed-messages.js'
import type { FromThread, ToThread } from './thread-message.js'

type Message = ToThread | FromThread
type Jobs = Extract<Message, { type: 'jobs' }>
type Messages = Extract<Message, { type: 'messages' }>

/** What is posted: jobs and messages about jobs as columns, the rest as it is. */
type Packed =
  | Exclude<Message, Jobs | Messages>
  | (Omit<Jobs, 'jobs'> & { readonly jobs: PackedJobs })
  | (Omit<Messages, 'messages'> & { readonly messages: PackedMessages })

/** A link between two threads of this process. A port of its own keeps the order of what it carries. */
export class PortLink<Out extends Message, In extends Message> implements Link<Out> {
  readonly #port: MessagePort
  readonly #receive: (message: In) => void
  #isClosed = false

  constructor(port: MessagePort, receive: (message: In) => void) {
    this.#port = port
    this.#receive = receive
    port.on('message', (message: Packed) => receive(unpacked(message) as In))
  }

  post(message: Out, transfer?: ArrayBuffer[]): void {
    if (!this.#isClosed) this.#port.postMessage(packed(message), transfer)
  }

  drain(): undefined {
    for (let entry = receiveMessageOnPort(this.#port); entry; entry = receiveMessageOnPort(this.#port))
      this.#receive(unpacked(entry.message as Packed) as In)
  }

  close(): void {
    this.#isClosed = true
    this.#port.close()
  }
}

function packed(message: Message): Packed {
  switch (message.type) {
    case 'jobs':
      return { ...message, jobs: packJobs(message.jobs) }
    case 'messages':
      return { ...message, messages: packMessages(message.messages) }
    default:
      return message
  }
}

function unpacked(message: Packed): Message {
  switch (message.type) {
    case 'jobs':
      return { ...message, jobs: unpackJobs(message.jobs) }
    case 'messages':
      return { ...message, messages: unpackMessages(message.messages) }
    default:
      return message
  }
}
