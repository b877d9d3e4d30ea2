import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { ShowrunnerError } from '../../../model/error/error.js'

/** How long the first answer of Redis may take, in milliseconds: it may be starting just now, as this process is. */
const CONNECT_MS = 10_000

/** How errors begin with which Redis answers a user that it does not know, or that may not do this. */
const REFUSALS = /^(NOAUTH|WRONGPASS|NOPERM|ERR AUTH)/

/** @throws ShowrunnerError `FLEET_UNREACHABLE`, `USAGE_INVALID` */
export async function requireAnswer(redis: Redis): Promise<void> {
  const { host, port } = redis.options
  let trouble = ''
  const onError = (error: Error) => {
    trouble = `: ${error.message || (error as NodeJS.ErrnoException).code}`
  }
  redis.on('error', onError)
  try {
    const late = delay(CONNECT_MS, undefined, { ref: false }).then(() => {
      throw new Error(`no answer for ${CONNECT_MS / 1_000} s${trouble}`)
    })
    await Promise.race([redis.ping(), late])
  } catch (cause) {
    const { message: why } = cause as Error
    if (REFUSALS.test(why)) {
      const message = `Redis at ${host}:${port} refuses this user (${why}). Give name and password in the URL of the queue: redis://user:password@${host}:${port}`
      throw new ShowrunnerError('USAGE_INVALID', message, { cause })
    }
    const message = `Redis at ${host}:${port} does not answer (${why}). Check the URL of the queue, and that Redis runs.`
    throw new ShowrunnerError('FLEET_UNREACHABLE', message, { cause })
  } finally {
    redis.off('error', onError)
  }
}
