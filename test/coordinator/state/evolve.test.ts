import { describe, expect, it } from 'vitest'
import { evolve } from '../../../src/coordinator/state/evolve.js'
import { feedbackOn } from '../../../src/coordinator/state/keep-feedback.js'
import type { JobErrorCode } from '../../../src/model/error/job-error-code.js'
import { valueHash } from '../../../src/model/hash.js'
import type { ArtifactId, BlobHash, JobId, RunId } from '../../../src/model/id.js'
import type { MovieEvent } from '../../../src/model/movie/event.js'
import { MovieState } from '../../../src/model/movie/movie-state.js'
import { restoreJob } from '../../../src/model/movie/restore-job.js'
import { MapSlots } from '../../../src/model/movie/slots.js'
import { FEEDBACK_LIMIT } from '../../../src/model/provider/feedback.js'

const timestamp = '2026-01-01T00:00:00.000Z'
const clip = 'Producer:Clip' as JobId
const opened: MovieEvent = { type: 'writer.opened', token: 2, holder: 'host/1/n', timestamp }

const artifact = (value: string, attempt = 1): MovieEvent => ({
  type: 'artifact',
  artifactId: 'Producer:Clip.Text' as ArtifactId,
  value,
  hash: valueHash(value),
  inputsHash: 'a'.repeat(64),
  jobId: clip,
  attempt,
  timestamp,
})
const succeeded = (attempt = 1): MovieEvent => ({
  type: 'job.succeeded',
  jobId: clip,
  attempt,
  durationMs: 1,
  inputs: 'text:12345678',
  costUsd: 0.25,
  timestamp,
})
const failed = (code: JobErrorCode, attempt = 1): MovieEvent => ({
  type: 'job.failed',
  jobId: clip,
  attempt,
  durationMs: 1,
  error: { code, message: 'no' },
  costUsd: 0.5,
  timestamp,
})
const submitted: MovieEvent = {
  type: 'job.submitted',
  jobId: clip,
  attempt: 1,
  inputsHash: 'a'.repeat(64),
  checkpoint: { id: 7 },
  timestamp,
}
const skipped: MovieEvent = { type: 'job.skipped', jobId: clip, reason: { type: 'condition' }, timestamp }

function fold(...events: MovieEvent[]) {
  const state = new MovieState(new MapSlots())
  for (const event of events) evolve(state, event)
  const [job] = [...state.jobs()]
  return { state, job, values: [...state.artifacts()].map(({ value }) => value) }
}

describe('artifacts', () => {
  it('are there once their job has succeeded, and not before', () => {
    expect(fold(artifact('a')).values).toEqual([])
    expect(fold(artifact('a'), succeeded()).values).toEqual(['a'])
  })

  it('of a job that was torn off by a crash are never seen', () => {
    const { values, state } = fold(artifact('torn'), opened)
    expect(values).toEqual([])
    expect(state.unsettled.size).toBe(0)
    // A retry of the same attempt that makes something else must not meet the torn half.
    expect(fold(artifact('torn'), opened, succeeded()).values).toEqual([])
    expect(fold(artifact('torn'), opened, artifact('whole'), succeeded()).values).toEqual(['whole'])
  })

  it('of a failed attempt are dropped, and the last good ones stay', () => {
    const { values } = fold(artifact('a'), succeeded(), artifact('b', 2), failed('invalid', 2))
    expect(values).toEqual(['a'])
  })

  it('of a foreign log need neither job nor hash', () => {
    const event = { type: 'artifact', artifactId: 'Producer:Old.Text', value: 'old', timestamp } as MovieEvent
    const [record] = [...fold(event).state.artifacts()]
    expect(record).toEqual({ artifactId: 'Producer:Old.Text', value: 'old', hash: valueHash('old') })
  })

  it('change between value and blob', () => {
    const blob = { hash: 'b'.repeat(64) as BlobHash, sizeBytes: 3, mimeType: 'text/plain' }
    const { value: _, ...rest } = artifact('') as MovieEvent & { value: string }
    const large = { ...rest, blob, hash: blob.hash } as MovieEvent
    const [asBlob] = [...fold(artifact('a'), succeeded(), large, succeeded(2)).state.artifacts()]
    expect(asBlob).toMatchObject({ blob, hash: blob.hash })
    expect(asBlob).not.toHaveProperty('value')
    const back = fold(large, succeeded(), artifact('a', 2), succeeded(2))
    expect([...back.state.artifacts()][0]).toMatchObject({ value: 'a', hash: valueHash('a') })
    expect([...back.state.artifacts()][0]).not.toHaveProperty('blob')
  })
})

describe('a job', () => {
  it('that succeeded forgets its error, its reason and its checkpoint', () => {
    const { job } = fold(skipped, failed('overloaded'), submitted, artifact('a', 2), succeeded(2))
    expect(job).toEqual({
      jobId: clip,
      state: 'succeeded',
      attempt: 2,
      succeededAttempt: 2,
      inputsHash: 'a'.repeat(64),
      inputs: 'text:12345678',
    })
  })

  it('that is submitted again forgets how it failed', () => {
    const { job } = fold(submitted, failed('bug'), submitted)
    expect(job).toMatchObject({ state: 'submitted', checkpoint: { value: { id: 7 } } })
    expect(job).not.toHaveProperty('error')
  })

  it('keeps its checkpoint over errors after which its provider may still be at work', () => {
    const keeps = (code: JobErrorCode) => fold(submitted, failed(code)).job?.checkpoint !== undefined
    expect(keeps('timeout')).toBe(true)
    expect(keeps('worker_lost')).toBe(true)
    expect(keeps('cancelled')).toBe(true)
    expect(keeps('auth')).toBe(true)
    expect(keeps('content')).toBe(false)
    expect(keeps('bug')).toBe(true)
  })

  it('that failed after a success remembers which attempt succeeded', () => {
    const { job } = fold(artifact('a'), succeeded(), failed('invalid', 2))
    expect(job).toMatchObject({
      state: 'failed',
      attempt: 2,
      succeededAttempt: 1,
      error: { code: 'invalid' },
    })
  })

  it('costs what all its attempts cost', () => {
    expect(fold(failed('overloaded'), succeeded(2)).state.costUsd).toBe(0.75)
  })
})

it('keeps the last run, also one whose end is missing', () => {
  const runId = 'r1' as RunId
  const started: MovieEvent = { type: 'run.started', runId, planHash: 'p', concurrency: 1, timestamp }
  const counts = { succeeded: 1, failed: 0, skipped: 0, cached: 0 }
  const finished: MovieEvent = {
    type: 'run.finished',
    runId,
    status: 'succeeded',
    counts,
    durationMs: 1,
    costUsd: 0,
    timestamp: '2026-01-01T00:00:01.000Z',
  }
  expect(fold(started).state.lastRun).toEqual({ runId, startedAt: timestamp })
  expect(fold(started, finished).state.lastRun).toEqual({
    runId,
    startedAt: timestamp,
    finishedAt: '2026-01-01T00:00:01.000Z',
    status: 'succeeded',
  })
})

it('leaves everything as it is for events it does not know', () => {
  const unknown = { type: 'budget.reserved', jobId: clip, timestamp } as unknown as MovieEvent
  expect(fold(artifact('a'), succeeded(), unknown).values).toEqual(['a'])
})

describe('rejected answers', () => {
  const rejected = (attempt: number, inputsHash = 'a'.repeat(64), willRetry = true): MovieEvent => ({
    ...(failed('rejected', attempt) as Extract<MovieEvent, { type: 'job.failed' }>),
    willRetry,
    rejected: { inputsHash, outputs: { Text: `answer ${attempt}` } },
  })
  const told = (...events: MovieEvent[]) => {
    const { state, job } = fold(...events)
    return { state, job, feedback: feedbackOn(state, 0, hash => hash === 'a'.repeat(64)) }
  }

  it('are told, oldest first, to the next attempt at the same inputs', () => {
    const { feedback, state } = told(rejected(1), rejected(2))
    expect(feedback).toEqual([
      { from: 'check', reason: 'no', outputs: { Text: 'answer 1' }, attempt: 1, at: timestamp },
      { from: 'check', reason: 'no', outputs: { Text: 'answer 2' }, attempt: 2, at: timestamp },
    ])
    expect(feedbackOn(state, 0, hash => hash === 'b'.repeat(64))).toBeUndefined()
  })

  it('to other inputs take the place of those before', () => {
    expect(told(rejected(1), rejected(2, 'b'.repeat(64))).feedback).toBeUndefined()
    expect(told(rejected(1, 'b'.repeat(64)), rejected(2)).feedback).toHaveLength(1)
  })

  it('are counted until the job starts over', () => {
    expect(told(rejected(1), rejected(2)).job?.feedback?.rejections).toBe(2)
    const given = told(rejected(1), rejected(2, 'a'.repeat(64), false))
    expect(given.job?.feedback).toMatchObject({ rejections: 0, entries: [{ attempt: 1 }, { attempt: 2 }] })
  })

  it('are over when one is accepted', () => {
    expect(told(rejected(1), artifact('good', 2), succeeded(2)).feedback).toBeUndefined()
  })

  it('outlive other failures, and a crash', () => {
    expect(told(rejected(1), failed('overloaded', 2), opened).feedback).toHaveLength(1)
  })

  it('are as many as a conversation can hold, the last ones', () => {
    const { feedback } = told(...Array.from({ length: FEEDBACK_LIMIT + 3 }, (_, at) => rejected(at + 1)))
    expect(feedback?.map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: FEEDBACK_LIMIT }, (_, at) => at + 4),
    )
  })

  it('come back with a manifest, and with the same fold', () => {
    const { job, state } = told(rejected(1))
    const other = new MovieState(new MapSlots())
    restoreJob(other, structuredClone(job!))
    expect(other.feedback).toEqual(state.feedback)
  })
})

describe('a job that has another name', () => {
  it('says what its work was submitted as, where the log does not tell what it is known by', () => {
    const now = 'Producer:Clip[1]' as JobId
    const moved: MovieEvent = {
      type: 'run.started',
      runId: 'run' as RunId,
      planHash: 'b'.repeat(64),
      concurrency: 1,
      moved: { jobs: [[clip, now]], artifacts: [] },
      timestamp,
    }
    const { state } = fold(artifact('a', 2), succeeded(2), submitted, moved)
    expect(state.job(state.slots.jobSlot(now))?.checkpoint).toMatchObject({
      value: { id: 7 },
      submittedAs: { jobId: clip, generation: 2 },
    })
    const known = fold({ ...submitted, workKey: 'key' } as MovieEvent, moved).state
    expect(known.job(known.slots.jobSlot(now))?.checkpoint).toEqual({
      inputsHash: 'a'.repeat(64),
      value: { id: 7 },
      workKey: 'key',
    })
  })
})
