import type { Redis } from 'ioredis'

const LOOK_MS = 1_000
/** Looks without a byte after which the server is asked whether it is there, and after which it counts as gone. */
const ASK_AFTER = 2
const DROP_AFTER = 5

/**
 * Opens a connection again on which nothing arrives: a router that was restarted forgets connections without telling
 * either end, and whoever waits for such a one waits for a quarter of an hour. Commands that have no answer are sent again.
 * Looks are counted, and not time: a process that stood still has not heard because it did not listen.
 */
export function dropWhenSilent(redis: Redis): void {
  let heardBytes = 0
  let silentLooks = 0
  const look = () => {
    const { bytesRead = 0 } = redis.stream ?? {}
    if (redis.status !== 'ready' || bytesRead !== heardBytes) silentLooks = 0
    else silentLooks++
    heardBytes = bytesRead
    if (silentLooks === ASK_AFTER) redis.ping().catch(() => undefined)
    if (silentLooks >= DROP_AFTER) redis.stream.destroy()
  }
  const timer = setInterval(look, LOOK_MS).unref()
  redis.once('end', () => clearInterval(timer))
}
