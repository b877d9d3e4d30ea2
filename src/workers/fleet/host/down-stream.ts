import type { BlobAccess } from '../../attempt/output/blob-access.js'
import type { Pipe } from '../broker/broker.js'
import { type Frame, readFrame } from '../wire/frame.js'
import { loadedFrame } from '../wire/stored-message.js'

interface DownStreamOptions {
  readonly pipe: Pipe
  readonly blobs: Pick<BlobAccess, 'put' | 'read'>
  onFrame(frame: Frame): void
  /** The session cannot go on. */
  onMalformed(error: unknown): void
  /** The store does not give what a frame names: it counts as lost on the way, and is asked for again. */
  onUnread(error: unknown): void
}

/** The pipe into which coordinators speak to a session, as its host reads it. */
export class DownStream {
  readonly #options: DownStreamOptions
  readonly #stop = new AbortController()
  readonly #reading: Promise<void>
  /** The last frame that was read, until the pipe has forgotten it. */
  #forgettable: string | undefined

  constructor(options: DownStreamOptions) {
    this.#options = options
    this.#reading = options.pipe.read((at, text) => this.#take(at, text), this.#stop.signal)
  }

  /** Whoever sent what was read keeps it until it is acknowledged. To be called now and then. */
  forget(): void {
    const upTo = this.#forgettable
    this.#forgettable = undefined
    if (upTo !== undefined) void this.#options.pipe.forget(upTo).catch(() => undefined)
  }

  /** Nobody needs the pipe any more. */
  async end(): Promise<void> {
    this.#stop.abort()
    await this.#reading
  }

  #take(at: string, text: string): void | Promise<void> {
    const { blobs, onMalformed, onUnread } = this.#options
    try {
      const frame = loadedFrame(readFrame(text), blobs)
      if (frame instanceof Promise) return frame.then(loaded => this.#taken(at, loaded), onUnread)
      this.#taken(at, frame)
    } catch (error) {
      onMalformed(error)
    }
  }

  #taken(at: string, frame: Frame): void {
    try {
      this.#options.onFrame(frame)
      this.#forgettable = at
    } catch (error) {
      this.#options.onMalformed(error)
    }
  }
}
