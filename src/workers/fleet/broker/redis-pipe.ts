import type { Redis } from 'ioredis'
import type { Pipe, TakeFrame } from './broker.js'
import { dropWhenSilent } from './drop-when-silent.js'

/** A reader looks up this often whether it should stop, in milliseconds. */
const BLOCK_MS = 1_000
const READ_COUNT = 256
/** An answer that comes so much later than it should have was on its way for a while. */
const LATE_MS = 1_000
/** Before a reader tries again that could not read. */
const RETRY_MS = 500
/** A pipe that nobody has sent anything into for so long is gone, in milliseconds: its readers and writers are dead. */
const LIFE_MS = 7 * 24 * 60 * 60_000
/** How often its end is put off. */
const RENEW_MS = 60_000

/** A pipe that is one Redis Stream, of entries with one field. */
export class RedisPipe implements Pipe {
  readonly #redis: Redis
  readonly #key: string
  #renewedAtMs = Number.NEGATIVE_INFINITY

  constructor(redis: Redis, key: string) {
    this.#redis = redis
    this.#key = key
  }

  async send(frame: string): Promise<void> {
    const sending = this.#redis.xadd(this.#key, '*', 'f', frame)
    if (performance.now() > this.#renewedAtMs + RENEW_MS) {
      this.#renewedAtMs = performance.now()
      this.#redis.pexpire(this.#key, LIFE_MS).catch(() => undefined)
    }
    await sending
  }

  async read(take: TakeFrame, signal: AbortSignal): Promise<void> {
    // A connection of its own: it is blocked most of the time.
    const redis = this.#redis.duplicate({ enableAutoPipelining: false })
    redis.on('error', () => undefined)
    dropWhenSilent(redis)
    let giveUp = () => {}
    const stop = () => {
      redis.disconnect()
      // A connection that is being opened again leaves what waits for it without an answer.
      giveUp()
    }
    signal.addEventListener('abort', stop, { once: true })
    let last = '0-0'
    let isLate = false
    while (!signal.aborted) {
      try {
        const askedAtMs = performance.now()
        const wasLate = isLate
        const reading = redis.xread('COUNT', READ_COUNT, 'BLOCK', BLOCK_MS, 'STREAMS', this.#key, last)
        const found = await new Promise<Awaited<typeof reading>>((resolve, reject) => {
          giveUp = () => resolve(null)
          reading.then(resolve, reject)
        })
        isLate = performance.now() - askedAtMs > BLOCK_MS + LATE_MS
        // This process stood still, or its network did: what it was given may have gone elsewhere, and left the pipe.
        if (isLate && !wasLate) continue
        for (const [id, fields] of found?.[0]?.[1] ?? []) {
          last = id
          if (signal.aborted) break
          const taking = take(last, fields[1]!)
          if (taking !== undefined) await taking
        }
      } catch {
        if (!signal.aborted) await new Promise(resolve => setTimeout(resolve, RETRY_MS))
      }
    }
    signal.removeEventListener('abort', stop)
    redis.disconnect()
  }

  async forget(upTo: string): Promise<void> {
    const [time, number] = upTo.split('-') as [string, string]
    await this.#redis.xtrim(this.#key, 'MINID', `${time}-${BigInt(number) + 1n}`)
  }

  async remove(): Promise<void> {
    await this.#redis.del(this.#key)
  }
}
