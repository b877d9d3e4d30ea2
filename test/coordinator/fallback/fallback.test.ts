import { describe, expect, it } from 'vitest'
import type { JobOutcome } from '../../../src/model/job.js'
import type { JobError } from '../../../src/model/movie/event.js'
import {
  MADE,
  type VirtualCall,
  type VirtualMovie,
  virtualMovie,
} from '../../support/simulation/virtual-movie.js'

const failedWith = (error: Omit<JobError, 'message'>): JobOutcome => ({
  state: 'failed',
  error: { message: error.code, ...error },
})
const MADE_IN = { afterMs: 100, outcome: MADE }
const TWO = { provider: ['first', 'spare'] }
const calls = (movie: VirtualMovie, place: number) => movie.calls.filter(call => call.place === place)
const made = (movie: VirtualMovie) => movie.live.state.statuses.counts.succeeded

function answeredBy(movie: VirtualMovie): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const event of movie.events)
    if (event.type === 'job.succeeded') {
      const name = event.by?.provider ?? 'nobody named'
      counts[name] = (counts[name] ?? 0) + 1
    }
  return counts
}

/** Each answers as its function says. */
const services =
  (...each: ((call: VirtualCall) => JobOutcome)[]) =>
  (call: VirtualCall) => ({ afterMs: 100, outcome: each[call.place]!(call) })

describe('fallback', () => {
  it('asks the first alone while it answers, and names it', () => {
    const movie = virtualMovie({ jobs: 50, concurrency: 5, fallback: TWO }, () => MADE_IN)
    expect(answeredBy(movie)).toEqual({ first: 50 })
    expect(calls(movie, 1)).toEqual([])
  })

  it('names nobody where only one may answer', () => {
    const movie = virtualMovie({ jobs: 5, concurrency: 5 }, () => MADE_IN)
    expect(answeredBy(movie)).toEqual({ 'nobody named': 5 })
  })

  it('sends all jobs to the spare once the key of the first is refused', () => {
    const movie = virtualMovie(
      { jobs: 500, concurrency: 5, fallback: TWO },
      services(
        () => failedWith({ code: 'auth' }),
        () => MADE,
      ),
    )
    expect(answeredBy(movie)).toEqual({ spare: 500 })
    // A handful of calls say so, and no job tries it twice.
    expect(calls(movie, 0).length).toBeLessThanOrEqual(15)
    expect(movie.callsOf.size).toBe(500)
    expect(movie.failed).toEqual([])
    expect(movie.live.state.stopReason).toBeUndefined()
  })

  it('tries the first as often as its retries say before it asks the spare', () => {
    const movie = virtualMovie(
      { jobs: 300, concurrency: 5, attempts: 3, fallback: TWO },
      services(
        ({ job }) => (job === 200 ? failedWith({ code: 'overloaded' }) : MADE),
        () => MADE,
      ),
    )
    expect(calls(movie, 0).filter(({ job }) => job === 200).length).toBe(3)
    expect(answeredBy(movie)).toEqual({ first: 299, spare: 1 })
    const moved = movie.events.filter(event => event.type === 'job.failed' && event.movesOn)
    expect(moved).toMatchObject([
      { by: { provider: 'first' }, willRetry: true, error: { code: 'overloaded' } },
    ])
  })

  it('does not wait for a first that is down, and returns to it when it answers again', () => {
    const down = ({ atMs }: VirtualCall) => atMs > 2_000 && atMs < 62_000
    const movie = virtualMovie(
      { jobs: 10_000, concurrency: 10, fallback: TWO },
      services(
        call => (down(call) ? failedWith({ code: 'network', isUnserved: true }) : MADE),
        () => MADE,
      ),
    )
    expect(made(movie)).toBe(10_000)
    // 10 at once of 100 ms each need 100 s, whoever answers.
    expect(movie.endedAtMs).toBeLessThan(110_000)
    const tries = calls(movie, 0).filter(down)
    expect(tries.length).toBeLessThan(60)
    const after = movie.calls.filter(({ atMs }) => atMs > 75_000)
    expect(after.every(({ place }) => place === 0)).toBe(true)
  })

  it('goes on for as long as one of them answers, however long the others do not', () => {
    const movie = virtualMovie(
      { jobs: 3_000, concurrency: 1, outageWaitMs: 60_000, fallback: TWO },
      services(
        () => failedWith({ code: 'overloaded' }),
        () => MADE,
      ),
    )
    expect(made(movie)).toBe(3_000)
    expect(movie.live.state.stopReason).toBeUndefined()
  })

  it('stops when nobody answers', () => {
    const movie = virtualMovie(
      { jobs: 100, concurrency: 5, outageWaitMs: 60_000, fallback: TWO },
      services(
        () => failedWith({ code: 'network', isUnserved: true }),
        () => failedWith({ code: 'network', isUnserved: true }),
      ),
    )
    expect(movie.live.state.stopReason).toBe('outage')
    expect(movie.failed).toEqual([])
  })

  it('stops when the first is down and the spare refuses everybody', () => {
    const movie = virtualMovie(
      { jobs: 100, concurrency: 5, outageWaitMs: 60_000, fallback: TWO },
      services(
        () => failedWith({ code: 'network', isUnserved: true }),
        () => failedWith({ code: 'auth' }),
      ),
    )
    expect(['outage', 'refused']).toContain(movie.live.state.stopReason)
    expect(movie.live.state.active.size).toBe(0)
  })

  it('asks the spare when the first refuses a job as often as its retries say', () => {
    const movie = virtualMovie(
      { jobs: 20, concurrency: 2, attempts: 3, fallback: TWO },
      services(
        ({ job }) => (job === 7 ? failedWith({ code: 'rate_limited' }) : MADE),
        () => MADE,
      ),
    )
    expect(calls(movie, 0).filter(({ job }) => job === 7).length).toBe(3)
    expect(answeredBy(movie)).toEqual({ first: 19, spare: 1 })
  })

  it('waits for no service that asks for an hour', () => {
    const movie = virtualMovie(
      { jobs: 200, concurrency: 5, learning: 'refusals', fallback: TWO },
      services(
        ({ atMs }) => (atMs < 1_000 ? MADE : failedWith({ code: 'rate_limited', retryAfterMs: 3_600_000 })),
        () => MADE,
      ),
    )
    expect(made(movie)).toBe(200)
    expect(movie.endedAtMs).toBeLessThan(60_000)
  })

  it('fails by the last one, and asks none for what `on` does not name', () => {
    const content = virtualMovie(
      { jobs: 10, concurrency: 2, fallback: TWO },
      services(
        () => failedWith({ code: 'content' }),
        () => MADE,
      ),
    )
    expect(content.failed.length).toBe(10)
    expect(calls(content, 1)).toEqual([])
    const both = virtualMovie(
      { jobs: 10, concurrency: 2, fallback: { ...TWO, fallback: { on: ['content'] } } },
      services(
        () => failedWith({ code: 'content' }),
        ({ job }) => (job < 5 ? MADE : failedWith({ code: 'too_large' })),
      ),
    )
    expect(answeredBy(both)).toEqual({ spare: 5 })
    expect(both.failed.map(({ by, error }) => [by?.provider, error.code])).toEqual(
      Array.from({ length: 5 }, () => ['spare', 'too_large']),
    )
  })

  it('waits for a first that is down where `on` does not name that', () => {
    const down = ({ atMs }: VirtualCall) => atMs < 30_000
    const movie = virtualMovie(
      { jobs: 100, concurrency: 5, fallback: { ...TWO, fallback: { on: ['content'] } } },
      services(
        call => (down(call) ? failedWith({ code: 'network', isUnserved: true }) : MADE),
        () => MADE,
      ),
    )
    expect(answeredBy(movie)).toEqual({ first: 100 })
  })

  it('asks a third when the second fails as well', () => {
    const movie = virtualMovie(
      { jobs: 100, concurrency: 5, fallback: { provider: ['first', 'spare', 'last'] } },
      services(
        () => failedWith({ code: 'auth' }),
        () => failedWith({ code: 'invalid', isOfSetup: true }),
        () => MADE,
      ),
    )
    expect(answeredBy(movie)).toEqual({ last: 100 })
    expect(calls(movie, 1).length).toBeLessThanOrEqual(15)
  })

  it('ends a job that every provider fails, in a bounded number of calls', () => {
    const movie = virtualMovie(
      { jobs: 400, concurrency: 5, attempts: 3, fallback: TWO },
      services(
        ({ job, atMs }) =>
          job === 100 || atMs % 20_000 > 10_000 ? failedWith({ code: 'overloaded' }) : MADE,
        ({ job }) => (job === 100 ? failedWith({ code: 'overloaded' }) : MADE),
      ),
    )
    expect(movie.failed.length).toBe(1)
    expect(movie.callsOf.get(100)).toBeLessThan(20)
    expect(made(movie)).toBe(399)
  })
})
