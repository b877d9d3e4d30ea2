import { randomUUID } from 'node:crypto'
import type { Clock } from '../../model/clock.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { RunAddress } from '../../model/job.js'
import type { BlobAccess } from '../attempt/output/blob-access.js'
import type { Pipe } from './broker/broker.js'
import type { FleetTiming } from './fleet-timing.js'
import { isResent, resendResults } from './recovery/resend-results.js'
import { type Frame, frameText, readFrame } from './wire/frame.js'
import { loadedFrame } from './wire/stored-message.js'
import type { HeardMessage } from './wire/told-works.js'

/** A session whose frames are read. */
interface Speaker {
  readonly frames: { readonly deliveredSeq: number; recorded(seq: number): void }
}

interface UpReceipt {
  readonly receipt: number
  readonly at: string
  readonly session: Speaker
  readonly seq: number
}

interface UpStreamOptions {
  readonly pipe: Pipe
  /** Of the run that reads. */
  readonly address: RunAddress
  readonly clock: Clock
  readonly timing: FleetTiming
  readonly blobs: Pick<BlobAccess, 'put' | 'read'>
  onFrame(at: string, frame: Frame): void
  /** Everything has been read that was in the pipe now: whoever was heard last before this moment is silent. */
  onMarked(silentSinceMs: number): void
  /** A later coordinator has spoken into the pipe. The log refuses this one when it appends next. */
  onSuperseded(error: ShowrunnerError): void
  onMalformed(error: Error): void
}

const MARKER = 'marker-'

/**
 * The pipe into which all hosts of a movie speak, as its coordinator reads it. A marker of its own goes through it with
 * each beat: what was sent before one that comes back has been read, and while none comes back nobody is heard.
 */
export class UpStream {
  readonly #options: UpStreamOptions
  readonly #marker = `${MARKER}${randomUUID()}`
  readonly #stop = new AbortController()
  #reading: Promise<void> = Promise.resolve()
  #markedAtMs: number | undefined
  #heardSinceMs = 0
  #waiting: UpReceipt[] = []
  #lastReceipt = 0
  #heldUntil = 0
  #forgettable: string | undefined
  #isSuperseded = false

  constructor(options: UpStreamOptions) {
    this.#options = options
  }

  /** When a marker came back last; undefined: none has. */
  get markedAtMs(): number | undefined {
    return this.#markedAtMs
  }

  /** A later coordinator works at the movie: nothing may start that it may have begun as well. */
  get isSuperseded(): boolean {
    return this.#isSuperseded
  }

  /** Hosts are heard. */
  get isHeard(): boolean {
    return (
      !this.#isSuperseded &&
      this.#markedAtMs !== undefined &&
      this.#options.clock.monotonicMs() - this.#markedAtMs <= this.#options.timing.silenceMs
    )
  }

  /** Everything that was read is recorded. */
  get isRecorded(): boolean {
    return this.#waiting.length === 0 && !this.#isHeld
  }

  start(): void {
    const { pipe } = this.#options
    this.#reading = pipe.read((at, text) => this.#take(at, text), this.#stop.signal)
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#reading
  }

  mark(): void {
    const { pipe, address, clock } = this.#options
    const { token } = address
    const seq = Math.floor(clock.monotonicMs())
    const mark = frameText({ session: this.#marker, token, seq, ack: 0, low: 1, again: 0 })
    pipe.send(mark).catch(() => undefined)
  }

  /** Notes that a frame was read, to which the session has come. @returns the receipt for it */
  receiptFor(at: string, session: Speaker): number {
    const receipt = ++this.#lastReceipt
    this.#waiting.push({ receipt, at, session, seq: session.frames.deliveredSeq })
    return receipt
  }

  /** Nothing leaves the pipe before {@link told} has its receipt, and that is recorded. */
  hold(): void {
    this.#heldUntil = Number.POSITIVE_INFINITY
  }

  /** What the pipe was held for has been told. @returns the receipt for it */
  told(): number {
    this.#heldUntil = ++this.#lastReceipt
    return this.#heldUntil
  }

  /** Everything up to this receipt is in the log: hosts may forget it as well. */
  recorded(upTo: number): void {
    let count = 0
    for (const { receipt, at, session, seq } of this.#waiting) {
      if (receipt > upTo) break
      count++
      session.frames.recorded(seq)
      this.#forgettable = at
    }
    this.#waiting.splice(0, count)
    if (upTo >= this.#heldUntil) this.#heldUntil = 0
  }

  /**
   * What is in the log, or in nobody's interest, leaves the pipe.
   * @param kept is neither, and said again before
   */
  async forget(kept?: Iterable<HeardMessage>): Promise<void> {
    const upTo = this.#forgettable
    if (this.#isHeld || upTo === undefined) return
    this.#forgettable = undefined
    const { address, pipe, blobs } = this.#options
    try {
      if (kept !== undefined) await resendResults(kept, address, pipe, blobs)
      await pipe.forget(upTo)
    } catch {
      this.#forgettable ??= upTo
    }
  }

  get #isHeld(): boolean {
    return this.#heldUntil > 0
  }

  #take(at: string, text: string): void | Promise<void> {
    const { blobs, onMalformed } = this.#options
    try {
      const frame = loadedFrame(readFrame(text), blobs)
      // What cannot be read from the store counts as lost on the way: it is asked for again.
      if (frame instanceof Promise) return frame.then(loaded => this.#taken(at, loaded)).catch(onMalformed)
      this.#taken(at, frame)
    } catch (error) {
      onMalformed(error as Error)
    }
  }

  #taken(at: string, frame: Frame): void {
    const { address, onFrame, onMarked, onSuperseded } = this.#options
    if (frame.session === this.#marker) {
      onMarked(this.#silentSinceMs(frame.seq))
    } else if (frame.token > address.token) {
      if (!this.#isSuperseded)
        onSuperseded(new ShowrunnerError('WRITER_FENCED', 'Another run has taken this movie over.'))
      this.#isSuperseded = true
    } else if (!frame.session.startsWith(MARKER) && !this.#isOwn(frame)) onFrame(at, frame)
  }

  /** What this coordinator has said again for the next one. */
  #isOwn({ session, token }: Frame): boolean {
    return token === this.#options.address.token && isResent(session)
  }

  #silentSinceMs(sentAtMs: number): number {
    const { clock, timing } = this.#options
    const nowMs = clock.monotonicMs()
    const wasAway = nowMs - (this.#markedAtMs ?? Number.NEGATIVE_INFINITY) > timing.gapMs
    if (wasAway) this.#heardSinceMs = nowMs
    this.#markedAtMs = nowMs
    const silentSinceMs = sentAtMs - timing.silenceMs
    // While the queue was away nobody could be heard, and when it comes back not all speak at once.
    return silentSinceMs < this.#heardSinceMs ? Number.NEGATIVE_INFINITY : silentSinceMs
  }
}
