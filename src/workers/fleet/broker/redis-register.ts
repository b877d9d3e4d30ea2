import type { Redis } from 'ioredis'
import type { Register } from '../../../model/fleet/register.js'

const LIFE_MS = 60_000

/** Replaces KEYS[1], if it is ARGV[1] (nothing: empty), by ARGV[2]. */
const REPLACE = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`

/** A register that is one Redis string. */
export class RedisRegister implements Register {
  readonly #redis: Redis
  readonly #key: string

  constructor(redis: Redis, key: string) {
    this.#redis = redis
    this.#key = key
  }

  async read(): Promise<{ text: string | undefined; nowMs: number }> {
    const [text, [seconds, micros]] = await Promise.all([this.#redis.get(this.#key), this.#redis.time()])
    return { text: text ?? undefined, nowMs: Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000) }
  }

  async replace(previous: string | undefined, text: string): Promise<boolean> {
    return (await this.#redis.eval(REPLACE, 1, this.#key, previous ?? '', text, LIFE_MS)) === 1
  }
}
