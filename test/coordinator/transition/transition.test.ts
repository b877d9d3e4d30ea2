import { beforeEach, describe, expect, it } from 'vitest'
import type { BlueprintDefinition } from '../../../src/blueprint/blueprint-schema.js'
import { createRun } from '../../../src/coordinator/create-run.js'
import type { LiveRun } from '../../../src/coordinator/live-run.js'
import type { RunOptions } from '../../../src/coordinator/run-options.js'
import { transition } from '../../../src/coordinator/transition/transition.js'
import { valueHash } from '../../../src/model/hash.js'
import type { RunId } from '../../../src/model/id.js'
import type { JobOutcome, JobSettled } from '../../../src/model/job.js'
import type { JobError } from '../../../src/model/movie/event.js'
import { MovieState } from '../../../src/model/movie/movie-state.js'
import { movieId } from '../../../src/model/movie-id.js'
import { plainSettings, planOf } from '../../support/blueprint/blueprints.js'
import { plainAdmission } from '../../support/jobs/admission-fixture.js'

const timestamp = '2026-01-01T00:00:00.000Z'
const moment = { timestamp, nowMs: 0, random: () => 0.5 }

const blueprint: BlueprintDefinition = {
  name: 'pair',
  loops: { page: { count: 2 } },
  producers: {
    Script: {
      provider: 'p',
      with: { text: 'Fox' },
      outputs: { Title: 'text', Pages: { type: 'json', loop: 'page' } },
      retry: { attempts: 2, baseDelay: '100ms' },
    },
    Other: { provider: 'p', outputs: { Text: 'text' } },
  },
}

const SCRIPT = 0
let live: LiveRun

/** A run with both jobs running. */
function startedRun(options: Partial<RunOptions> = {}): LiveRun {
  const run = newRun(options)
  transition(run, { type: 'jobs.start' }, moment)
  return run
}

function newRun(options: Partial<RunOptions> = {}): LiveRun {
  const plan = planOf(blueprint)
  return createRun(
    plan,
    new MovieState(plan.createSlots()),
    {
      movieId: movieId('pair'),
      schedule: 'layers',
      concurrency: 5,
      failFast: false,
      upToLayer: undefined,
      isRegenerated: () => false,
      settingsOf: plainSettings,
      ...options,
    },
    plainAdmission(plan),
  )
}

beforeEach(() => {
  live = startedRun()
})

const settled = (outcome: JobOutcome, rest: Partial<JobSettled> = {}): JobSettled => ({
  type: 'job.settled',
  job: SCRIPT,
  attempt: 1,
  durationMs: 12,
  outcome,
  ...rest,
})
const failure = (error: Partial<JobError>): JobOutcome => ({
  state: 'failed',
  error: { code: 'overloaded', message: 'busy', ...error },
})
const success: JobOutcome = {
  state: 'succeeded',
  artifacts: [
    { output: 'Title', index: 0, value: 'Fox', hash: valueHash('Fox') },
    { output: 'Pages', index: 0, value: { n: 0 }, hash: valueHash({ n: 0 }) },
    { output: 'Pages', index: 1, value: { n: 1 }, hash: valueHash({ n: 1 }) },
  ],
  usage: { tokens: 3 },
  costUsd: 0.1,
}

describe('a job that succeeded', () => {
  it('gives its artifacts and its outcome, together and in this order', () => {
    const { events, effects } = transition(live, settled(success), moment)
    expect(effects).toEqual([])
    expect(events.map(event => ('artifactId' in event ? event.artifactId : event.type))).toEqual([
      'Producer:Script.Title',
      'Producer:Script.Pages[0]',
      'Producer:Script.Pages[1]',
      'job.succeeded',
    ])
    expect(events[0]).toMatchObject({ value: 'Fox', hash: valueHash('Fox'), attempt: 1, timestamp })
    expect(events[3]).toMatchObject({ jobId: 'Producer:Script', usage: { tokens: 3 }, costUsd: 0.1 })
    expect(events[3]).toHaveProperty('inputs', expect.stringContaining('text:'))
  })

  it('is decided by the run, the message and the moment alone', () => {
    const { events, effects } = transition(live, settled(success), moment)
    expect(transition(startedRun(), settled(success), moment)).toMatchObject({ events, effects })
  })

  it('has settled when its events are there, and settles once', () => {
    transition(live, settled(success), moment)
    expect(live.state.statuses.get(SCRIPT)).toBe('succeeded')
    expect(live.state.movie.jobState(SCRIPT)).toBe('succeeded')
    expect(transition(live, settled(success), moment)).toMatchObject({ events: [], effects: [] })
  })
})

describe('a job that failed', () => {
  it('waits as long as the headers of the response say, where the error does not', () => {
    const message = settled(failure({ code: 'rate_limited' }), { limits: { retryAfterMs: 2_000 } })
    const { effects } = transition(live, message, moment)
    expect(effects).toEqual([{ type: 'arm-retry', job: SCRIPT, delayMs: 2_050 }])
  })

  it('is tried again after a delay when the error may pass', () => {
    const { events, effects } = transition(live, settled(failure({})), moment)
    expect(events).toEqual([expect.objectContaining({ type: 'job.failed', willRetry: true, attempt: 1 })])
    expect(effects).toEqual([{ type: 'arm-retry', job: SCRIPT, delayMs: 50 }])
  })

  it.each(['invalid', 'bug', 'content', 'auth', 'too_large'] as const)('is not tried again as %s', code => {
    const { events, effects } = transition(live, settled(failure({ code })), moment)
    expect(events).toEqual([
      expect.objectContaining({ type: 'job.failed', error: { code, message: 'busy' } }),
    ])
    expect(events[0]).not.toHaveProperty('willRetry')
    expect(effects).toEqual([])
  })

  it('is not tried again when its attempts are used up', () => {
    live.state.active.get(SCRIPT)!.failures = 1
    expect(transition(live, settled(failure({})), moment).effects).toEqual([])
  })

  it('is not tried again by a run that has been halted, and the log does not say so', () => {
    live.settlement.stop('cancelled')
    const { events, effects } = transition(live, settled(failure({})), moment)
    expect(events[0]).not.toHaveProperty('willRetry')
    expect(effects).toEqual([])
  })
})

describe('a turn that may start only so many jobs', () => {
  it('says that more can start, and the next ones start them', () => {
    const run = newRun()
    const jobs: number[] = []
    const start = () => {
      const { effects } = transition(run, { type: 'jobs.start', most: 1 }, moment)
      for (const effect of effects)
        if (effect.type === 'dispatch') jobs.push(...effect.starts.map(({ assignment }) => assignment.job))
      return run.schedule.hasMoreNow
    }
    expect(start()).toBe(true)
    expect(jobs).toHaveLength(1)
    start()
    expect(start()).toBe(false)
    expect(new Set(jobs).size).toBe(2)
    expect(jobs).toHaveLength(2)
  })

  it('does not go on after a cancel', () => {
    const run = newRun()
    transition(run, { type: 'jobs.start', most: 1 }, moment)
    transition(run, { type: 'run.cancel' }, moment)
    expect(run.schedule.hasMoreNow).toBe(false)
  })
})

describe('a message that comes too late', () => {
  it.each([
    ['of an earlier attempt', settled(success, { attempt: 0 })],
    ['of a job that is not active', settled(success, { job: 99 })],
  ])('%s is dropped', (_what, message) => {
    expect(transition(live, message, moment)).toMatchObject({ events: [], effects: [] })
  })

  it('of an attempt that waits to be tried again is dropped', () => {
    live.state.active.get(SCRIPT)!.state = 'backoff'
    expect(transition(live, settled(success), moment)).toMatchObject({ events: [], effects: [] })
  })
})

it('a checkpoint is answered only with the event that makes it durable', () => {
  const message = {
    type: 'job.checkpoint',
    job: SCRIPT,
    attempt: 1,
    requestNumber: 4,
    checkpoint: { id: 'x' },
  } as const
  const { events, effects } = transition(live, message, moment)
  expect(events).toEqual([
    expect.objectContaining({ type: 'job.submitted', jobId: 'Producer:Script', checkpoint: { id: 'x' } }),
  ])
  expect(effects).toEqual([{ type: 'acknowledge', job: SCRIPT, attempt: 1, requestNumber: 4 }])
})

it('a cancel aborts what runs, and leaves what only waits', () => {
  live.state.active.get(SCRIPT)!.state = 'backoff'
  expect(transition(live, { type: 'run.cancel' }, moment)).toMatchObject({
    events: [],
    effects: [{ type: 'cancel', jobs: [1], reason: 'cancelled' }],
  })
})

it('a value that cannot be read fails the job that needs it', () => {
  const message = { type: 'values.failed', job: SCRIPT, message: 'BLOB_MISSING' } as const
  expect(transition(live, message, moment).events).toEqual([])
  live.state.active.get(SCRIPT)!.state = 'loading'
  expect(transition(live, message, moment).events).toEqual([
    expect.objectContaining({ type: 'job.failed', error: { code: 'bug', message: 'BLOB_MISSING' } }),
  ])
})

describe('the frame of a run', () => {
  const runId = 'r1' as RunId

  it('begins with its start and what is to be regenerated', () => {
    const regenerate = { producers: ['Script'] }
    const { events } = transition(live, { type: 'run.start', runId, regenerate }, moment)
    expect(events).toEqual([
      { type: 'run.started', runId, planHash: live.state.plan.hash, concurrency: 5, timestamp },
      { type: 'regenerate.requested', producers: ['Script'], timestamp },
    ])
    expect(live.state.movie.lastRun).toEqual({ runId, startedAt: timestamp })
  })

  it('ends with its result', () => {
    const counts = { succeeded: 2, failed: 0, skipped: 0, cached: 0 }
    const result = { runId, status: 'succeeded', counts, durationMs: 1, costUsd: 0 } as const
    const { events, effects } = transition(live, { type: 'run.finish', result }, moment)
    expect(events).toEqual([{ type: 'run.finished', ...result, timestamp }])
    expect(effects).toEqual([])
  })
})
