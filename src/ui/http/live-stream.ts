import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { FollowedMovie } from '../history/followed-movie.js'
import type { MovieData } from '../page-data.js'
import { after } from './after.js'

/** At most so often is a page told of changes. */
const INTERVAL_MS = 250
/** While a long log is read for the first time, most of the time is for that. */
const READING_INTERVAL_MS = 1_000
/** Nothing is said for so many times as long as the counting took: at most a twentieth of the time is for that. */
const REST = 20
/** Also without a change: who writes, and the rate, change with time alone. */
const HEARTBEAT_MS = 2_000

/** A movie as its page is told of it. */
interface ChangingView {
  readonly movie: Pick<FollowedMovie, 'isReading' | 'ready' | 'onChange' | 'finish'>
  data(): Promise<MovieData>
  readonly tookMs: number
}

/** Tells a page how its movie stands: at once, and whenever that changes. */
export function liveStream(context: Context, view: ChangingView, closed: AbortSignal): Response {
  return streamSSE(context, async stream => {
    let wake = () => {}
    const ended = new Promise<void>(resolve => {
      stream.onAbort(resolve)
      closed.addEventListener('abort', () => resolve(), { once: true })
    })
    const release = view.movie.onChange(() => wake())
    const isRead = view.movie.ready.catch(() => undefined)
    try {
      while (!stream.aborted && !closed.aborted) {
        const changed = new Promise<void>(resolve => {
          wake = resolve
        })
        // Of a log that is read only in part: as soon as it is read, the whole is told.
        const { isReading } = view.movie
        await stream.writeSSE({ event: 'movie', data: JSON.stringify(await view.data()) })
        await Promise.race([changed, after(HEARTBEAT_MS), ended])
        const leastMs = isReading ? READING_INTERVAL_MS : INTERVAL_MS
        const rest = after(Math.max(leastMs, REST * view.tookMs))
        const pause = isReading ? Promise.race([rest, isRead]) : rest
        await Promise.race([pause, ended])
      }
      // An engine that is closed has nothing more to say.
      if (!stream.aborted) await sayLast().catch(() => undefined)
    } finally {
      release()
    }

    /** How it ended, so that a page of a run that is over does not stand still before its end. */
    async function sayLast(): Promise<void> {
      await view.movie.finish()
      await stream.writeSSE({ event: 'movie', data: JSON.stringify(await view.data()) })
      await stream.writeSSE({ event: 'end', data: '' })
    }
  })
}
