import type { BlobAccess } from '../../attempt/output/blob-access.js'
import type { Pipe } from '../broker/broker.js'
import { FRAME_BYTES } from '../fleet-timing.js'
import { type Frame, frameText } from './frame.js'
import { FrameInbox } from './frame-inbox.js'
import { FrameOutbox, type Sent } from './frame-outbox.js'
import { MESSAGE_LIMIT, storedMessage } from './stored-message.js'

export interface FrameLinkOptions {
  readonly session: string
  /** Of this end. */
  readonly token: number
  /** Into which this end speaks. */
  readonly pipe: Pick<Pipe, 'send'> & Partial<Pick<Pipe, 'remove'>>
  /** What is delivered is acknowledged. False: only what {@link FrameLink.recorded} names. */
  readonly acknowledgesDelivery: boolean
  /** What is there is delivered, also when something before it is missing. @default it waits for its turn */
  readonly takesEarly?: boolean
  /** Where messages lie that are too large for a frame. */
  readonly blobs: Pick<BlobAccess, 'put' | 'read'>
  /** A message of the other end, once, and in order unless early ones are taken. */
  receive(message: unknown): void
}

/**
 * One end of a session: whatever the pipe loses, doubles or delays, the other end gets each message once and in order,
 * as long as both live. What is posted in one turn of the event loop leaves in one frame.
 */
export class FrameLink {
  readonly #options: FrameLinkOptions
  readonly #outbox = new FrameOutbox()
  readonly #inbox: FrameInbox
  #batch: string[] = []
  #batchBytes = 0
  #recordedSeq = 0
  #asksFrom = 0
  #unsentSeq: number | undefined
  /** Messages that wait for one before them to be stored. */
  #storing: Promise<void> | undefined
  readonly #sending = new Set<Promise<void>>()

  constructor(options: FrameLinkOptions) {
    this.#options = options
    this.#inbox = new FrameInbox(!options.takesEarly)
  }

  /** The highest token that the other end has shown. */
  get token(): number {
    return this.#inbox.token
  }

  /** Every frame of the other end up to this one was delivered. */
  get deliveredSeq(): number {
    return this.#inbox.got
  }

  /** The other end has everything, and has said so. */
  get isSettled(): boolean {
    return this.#batch.length === 0 && this.#storing === undefined && this.#outbox.isEmpty
  }

  /** @param json one message */
  post(json: string): void {
    if (this.#storing === undefined && json.length <= MESSAGE_LIMIT) this.#add(json)
    else {
      const storing = this.#store(json, this.#storing).finally(() => {
        if (this.#storing === storing) this.#storing = undefined
      })
      this.#storing = storing
    }
  }

  async #store(json: string, before: Promise<void> | undefined): Promise<void> {
    await before
    this.#add(json.length > MESSAGE_LIMIT ? await storedMessage(json, this.#options.blobs) : json)
  }

  #add(json: string): void {
    this.#batch.push(json)
    this.#batchBytes += json.length
    if (this.#batchBytes >= FRAME_BYTES) this.flush()
    else if (this.#batch.length === 1) setImmediate(() => this.flush())
  }

  flush(): void {
    if (this.#batch.length === 0) return
    const messages = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    this.#send(this.#outbox.add(messages))
  }

  /** Everything that was posted is with the broker, or could not be given to it. */
  async sent(): Promise<void> {
    await this.#storing
    this.flush()
    await Promise.all(this.#sending)
  }

  /** Says that this end is there, and what it misses; sends again what could not be sent. */
  beat(): void {
    const unsent = this.#unsentSeq
    this.#unsentSeq = undefined
    if (unsent !== undefined) for (const sent of this.#outbox.from(unsent)) this.#send(sent)
    this.#asksFrom = 0
    this.#give(frameText(this.#head(this.#outbox.lastSeq)), undefined)
  }

  /** Nothing that was sent counts any more, and what the other end has not read it never will. */
  forgetSent(): void {
    this.#batch = []
    this.#batchBytes = 0
    this.#unsentSeq = undefined
    this.#outbox.acknowledged(this.#outbox.lastSeq)
    this.#options.pipe.remove?.().catch(() => undefined)
  }

  /** The frames of the other end up to this one are safe. */
  recorded(seq: number): void {
    this.#recordedSeq = Math.max(this.#recordedSeq, seq)
  }

  /** A frame of the other end has arrived. @returns false for a frame of a sender that was superseded */
  take(frame: Frame): boolean {
    const arrival = this.#inbox.receive(frame)
    if (arrival === 'outdated') return false
    this.#outbox.acknowledged(frame.ack)
    if (frame.again > 0) for (const sent of this.#outbox.from(frame.again)) this.#send(sent)
    if (arrival === 'gap' || arrival === 'early') this.#askAgain()
    if (arrival === 'next' || arrival === 'early')
      for (const message of frame.messages!) this.#options.receive(message)
    return true
  }

  /** Once for each gap, and again with each beat. */
  #askAgain(): void {
    const missing = this.#inbox.got + 1
    if (this.#asksFrom === missing) return
    this.#asksFrom = missing
    this.#give(frameText({ ...this.#head(this.#outbox.lastSeq), again: missing }), undefined)
  }

  #send({ seq, messages }: Sent): void {
    this.#give(frameText(this.#head(seq), messages), seq)
  }

  #head(seq: number) {
    const { session, token, acknowledgesDelivery } = this.#options
    const ack = acknowledgesDelivery ? this.#inbox.got : this.#recordedSeq
    return { session, token, seq, ack, low: this.#outbox.low, again: 0 }
  }

  #give(frame: string, seq: number | undefined): void {
    const sending = this.#options.pipe
      .send(frame)
      .catch(() => {
        if (seq !== undefined) this.#unsentSeq = Math.min(this.#unsentSeq ?? seq, seq)
      })
      .finally(() => this.#sending.delete(sending))
    this.#sending.add(sending)
  }
}
