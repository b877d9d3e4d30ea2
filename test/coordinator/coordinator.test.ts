import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { BlueprintDefinition } from '../../src/blueprint/blueprint-schema.js'
import { Coordinator } from '../../src/coordinator/coordinator.js'
import { createRun } from '../../src/coordinator/create-run.js'
import { GATHERED_EVENT_LIMIT } from '../../src/coordinator/gathered-turns.js'
import { systemClock } from '../../src/model/clock.js'
import { ShowrunnerError } from '../../src/model/error/error.js'
import type { JobErrorCode } from '../../src/model/error/job-error-code.js'
import { valueHash } from '../../src/model/hash.js'
import type { RunId } from '../../src/model/id.js'
import type { JobMessage, JobOutcome } from '../../src/model/job.js'
import type { MovieEvent } from '../../src/model/movie/event.js'
import { MovieState } from '../../src/model/movie/movie-state.js'
import { movieId } from '../../src/model/movie-id.js'
import { plainSettings, planOf } from '../support/blueprint/blueprints.js'
import { plainAdmission } from '../support/jobs/admission-fixture.js'
import { jobTemplate } from '../support/jobs/job-fixture.js'

const JOBS = 6

/** An append that waits until it is let through, or fails. */
interface Append {
  readonly types: readonly string[]
  resolve(): void
  reject(error: unknown): void
}

const six: BlueprintDefinition = {
  name: 'six',
  loops: { n: { count: JOBS } },
  producers: { Clip: { loop: 'n', provider: 'p', outputs: { Text: 'text' } } },
}

/** A coordinator of six equal jobs whose appends are let through by hand. */
function startRun({
  failFast = false,
  concurrency = JOBS,
  places = Number.POSITIVE_INFINITY,
  blueprint = six,
} = {}) {
  const plan = planOf(blueprint)
  const free = { places }
  const receipts: number[] = []
  let onPlaces = () => {}
  const live = createRun(
    plan,
    new MovieState(plan.createSlots()),
    {
      movieId: movieId('six'),
      schedule: 'layers',
      concurrency,
      failFast,
      upToLayer: undefined,
      isRegenerated: () => false,
      settingsOf: plainSettings,
    },
    plainAdmission(plan, undefined, () => coordinator.freePlaces),
  )
  const appends: Append[] = []
  const dispatched: number[] = []
  const acknowledged: number[] = []
  const recorded: MovieEvent[] = []
  const timers: (() => void)[] = []
  let isClosed = false
  let receive: (messages: readonly JobMessage[], receipt?: number) => void = () => {}
  const position = { seq: 0, offset: 0, token: 1 }
  const coordinator: Coordinator = new Coordinator({
    runId: 'r' as RunId,
    run: live,
    writer: {
      token: 1,
      position,
      append: events =>
        new Promise((resolve, reject) => {
          const types = events.map(({ type }) => type)
          appends.push({ types, resolve: () => resolve(position), reject })
        }),
      close: async () => {},
    },
    templates: [jobTemplate()],
    readBlob: () => Promise.reject(new Error('nothing is read')),
    openExecutor: (onMessages, onFree) => {
      receive = onMessages
      onPlaces = onFree
      return {
        get freePlaces() {
          return free.places
        },
        recorded: receipt => void receipts.push(receipt),
        dispatch: (_template, jobs) => {
          free.places -= jobs.length
          dispatched.push(...jobs.map(({ job }) => job))
        },
        cancel: () => {},
        acknowledgeCheckpoint: job => void acknowledged.push(job),
        close: async () => {
          isClosed = true
        },
      }
    },
    clock: {
      ...systemClock,
      startTimer: (_delayMs, callback) => {
        timers.push(callback)
        return () => {}
      },
    },
    random: () => 0,
    listener: {
      recorded: events => void recorded.push(...events),
      started() {},
      progressed() {},
      turned: () => undefined,
    },
  })
  const finished = coordinator.run()
  finished.catch(() => {})
  onTestFinished(() => coordinator.abandon(new Error('the test is over')))
  const settleAs = (job: number, outcome: JobOutcome) =>
    receive([{ type: 'job.settled', job, attempt: 1, durationMs: 1, outcome }])
  const settle = (job: number) => {
    const artifacts = [{ output: 'Text', index: 0, value: `${job}`, hash: valueHash(`${job}`) }]
    settleAs(job, { state: 'succeeded', artifacts })
  }
  const fail = (job: number, code: JobErrorCode) =>
    settleAs(job, { state: 'failed', error: { code, message: 'no' } })
  return {
    coordinator,
    finished,
    appends,
    dispatched,
    acknowledged,
    recorded,
    timers,
    settle,
    fail,
    receive: (message: JobMessage, receipt?: number) => receive([message], receipt),
    receipts,
    freePlaces: (count: number) => {
      free.places += count
      onPlaces()
    },
    isClosed: () => isClosed,
  }
}

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await nextTurn()
}

const settledMessage = (job: number): JobMessage => {
  const artifacts = [{ output: 'Text', index: 0, value: `${job}`, hash: valueHash(`${job}`) }]
  return {
    type: 'job.settled',
    job,
    attempt: 1,
    durationMs: 1,
    outcome: { state: 'succeeded', artifacts },
  }
}

const TWO = ['artifact', 'job.succeeded']

describe('one append at a time', () => {
  test('nothing that follows from an event is done before the event is durable', async () => {
    const { appends, dispatched, recorded } = startRun()
    await someTurns()
    expect(appends.map(({ types }) => types)).toEqual([['run.started']])
    expect([dispatched, recorded]).toEqual([[], []])
    appends[0]!.resolve()
    await someTurns()
    expect(dispatched).toEqual([0, 1, 2, 3, 4, 5])
    expect(recorded.map(({ type }) => type)).toEqual(['run.started'])
  })

  test('what comes in while it is in flight gathers for the next one', async () => {
    const { appends, settle } = startRun()
    await someTurns()
    appends[0]!.resolve()
    await someTurns()
    settle(0)
    await someTurns()
    for (const job of [1, 2, 3]) {
      settle(job)
      await someTurns()
    }
    expect(appends.slice(1).map(({ types }) => types)).toEqual([TWO])
    appends[1]!.resolve()
    await someTurns()
    expect(appends.slice(2).map(({ types }) => types)).toEqual([[...TWO, ...TWO, ...TWO]])
  })

  test('a slow disk slows dispatch: no place is given away before what freed it is durable', async () => {
    const { appends, dispatched, settle } = startRun({ concurrency: 2 })
    await someTurns()
    appends[0]!.resolve()
    await someTurns()
    expect(dispatched).toEqual([0, 1])
    settle(0)
    settle(1)
    await someTurns()
    expect(appends[1]!.types).toEqual([...TWO, ...TWO])
    expect(dispatched).toEqual([0, 1])
    appends[1]!.resolve()
    await someTurns()
    expect(dispatched).toEqual([0, 1, 2, 3])
  })

  test('a checkpoint is acknowledged only when it is durable', async () => {
    const { appends, acknowledged, receive } = startRun()
    await someTurns()
    appends[0]!.resolve()
    await someTurns()
    receive({ type: 'job.checkpoint', job: 2, attempt: 1, requestNumber: 1, checkpoint: 'id' })
    await someTurns()
    expect([appends[1]!.types, acknowledged]).toEqual([['job.submitted'], []])
    appends[1]!.resolve()
    await someTurns()
    expect(acknowledged).toEqual([2])
  })

  test('the run ends when everything is durable, not a moment earlier', async () => {
    const { appends, settle, finished, isClosed } = startRun()
    await someTurns()
    appends[0]!.resolve()
    await someTurns()
    for (let job = 0; job < JOBS; job++) settle(job)
    await someTurns()
    expect(isClosed()).toBe(false)
    appends[1]!.resolve()
    expect(await finished).toBe('succeeded')
    expect(isClosed()).toBe(true)
    expect(appends).toHaveLength(2)
  })
})

test('a retry and the failure that stops the run may come in the same mail: nothing starts any more', async () => {
  const { appends, dispatched, timers, fail } = startRun({ failFast: true })
  await someTurns()
  appends[0]!.resolve()
  await someTurns()
  fail(0, 'overloaded')
  await someTurns()
  appends[1]!.resolve()
  await someTurns()
  timers[0]!()
  fail(1, 'invalid')
  await someTurns()
  appends[2]!.resolve()
  await someTurns()
  expect(appends[2]!.types).toEqual(['job.failed'])
  expect(dispatched).toEqual([0, 1, 2, 3, 4, 5])
})

describe('an executor with places', () => {
  test('gets no more jobs than it has places, and those that free up', async () => {
    const { appends, dispatched, freePlaces, settle } = startRun({ places: 2 })
    await someTurns()
    appends[0]!.resolve()
    await someTurns()
    expect(dispatched).toEqual([0, 1])
    settle(0)
    await someTurns()
    appends[1]!.resolve()
    await someTurns()
    expect(dispatched).toEqual([0, 1])
    freePlaces(1)
    await someTurns()
    expect(dispatched).toEqual([0, 1, 2])
  })

  test('that are promised to jobs whose start is not durable yet are not given away twice', async () => {
    const { appends, dispatched, freePlaces, settle } = startRun({ places: 1 })
    await someTurns()
    appends[0]!.resolve()
    await someTurns()
    settle(0)
    freePlaces(1)
    await someTurns()
    // The next job is decided, and waits for this append.
    expect([appends[1]!.types, dispatched]).toEqual([TWO, [0]])
    freePlaces(0)
    await someTurns()
    appends[1]!.resolve()
    await someTurns()
    expect(dispatched).toEqual([0, 1])
  })

  test('hears what is recorded when the append is durable that holds it, and not before', async () => {
    const { appends, receive, receipts } = startRun()
    await someTurns()
    appends[0]!.resolve()
    await someTurns()
    receive(settledMessage(0), 11)
    await someTurns()
    receive(settledMessage(1), 12)
    receive(settledMessage(1), 13)
    await someTurns()
    expect(receipts).toEqual([])
    appends[1]!.resolve()
    await someTurns()
    expect(receipts).toEqual([11])
    appends[2]!.resolve()
    await someTurns()
    expect(receipts).toEqual([11, 13])
    // Said twice, or nothing that a log holds: it has nothing to wait for.
    receive({ type: 'job.progress', job: 2, attempt: 1, fraction: 0.5 }, 14)
    await someTurns()
    expect(receipts).toEqual([11, 13, 14])
  })

  test('never hears that something is recorded whose append failed', async () => {
    const { appends, receive, receipts, finished } = startRun()
    await someTurns()
    appends[0]!.resolve()
    await someTurns()
    receive(settledMessage(0), 11)
    await someTurns()
    appends[1]!.reject(new ShowrunnerError('STORE_FULL', 'no space'))
    await expect(finished).rejects.toMatchObject({ code: 'STORE_FULL' })
    expect(receipts).toEqual([])
  })
})

describe('an end with an error', () => {
  test('an append that fails ends the run; nothing decided with it or after it is done or told', async () => {
    const { appends, dispatched, recorded, settle, finished, isClosed } = startRun()
    await someTurns()
    appends[0]!.resolve()
    await someTurns()
    settle(0)
    await someTurns()
    settle(1)
    await someTurns()
    appends[1]!.reject(new ShowrunnerError('STORE_FULL', 'no space'))
    await expect(finished).rejects.toMatchObject({ code: 'STORE_FULL' })
    await someTurns()
    expect(appends).toHaveLength(2)
    expect(recorded.map(({ type }) => type)).toEqual(['run.started'])
    expect(dispatched).toHaveLength(JOBS)
    expect(isClosed()).toBe(true)
  })

  test('the first append of all may fail as well', async () => {
    const { appends, dispatched, finished } = startRun()
    await someTurns()
    appends[0]!.reject(new ShowrunnerError('STORE_FAILED', 'gone'))
    await expect(finished).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(dispatched).toEqual([])
  })

  test('a run that is abandoned ends at once, also while it only waits', async () => {
    const { appends, coordinator, finished, isClosed } = startRun()
    await someTurns()
    appends[0]!.resolve()
    await someTurns()
    coordinator.abandon(new ShowrunnerError('MOVIE_BUSY', 'taken over'))
    await expect(finished).rejects.toMatchObject({ code: 'MOVIE_BUSY' })
    expect(isClosed()).toBe(true)
  })
})

describe('a slow disk slows the loop', () => {
  /** Jobs that need no run are in no flight, and still lead to events. */
  const SKIPPED = 4 * GATHERED_EVENT_LIMIT
  const skipped: BlueprintDefinition = {
    name: 'skipped',
    inputs: { go: { type: 'boolean', default: false } },
    loops: { n: { count: SKIPPED } },
    producers: {
      Clip: {
        loop: 'n',
        provider: 'p',
        when: { value: '${inputs.go}', is: true },
        outputs: { Text: 'text' },
      },
    },
  }

  test('what gathers while an append is in flight has a limit', async () => {
    const { appends, finished } = startRun({ blueprint: skipped })
    const sizes: number[] = []
    for (let at = 0; sizes.reduce((sum, size) => sum + size, 0) < SKIPPED; at++) {
      // The append is in flight for as long as the loop may want to go on.
      await someTurns()
      expect(appends).toHaveLength(at + 1)
      sizes.push(appends[at]!.types.length)
      appends[at]!.resolve()
      await someTurns()
    }
    await finished
    expect(Math.max(...sizes)).toBeLessThan(2 * GATHERED_EVENT_LIMIT)
    expect(sizes.length).toBeGreaterThanOrEqual(3)
  })

  test('a run that is lost meanwhile ends at once', async () => {
    const { coordinator, finished } = startRun({ blueprint: skipped })
    await someTurns()
    coordinator.abandon(new ShowrunnerError('WRITER_FENCED', 'fenced'))
    await expect(finished).rejects.toMatchObject({ code: 'WRITER_FENCED' })
  })
})
