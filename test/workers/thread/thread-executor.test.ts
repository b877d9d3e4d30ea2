import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import type { JobCheckpoint } from '../../../src/model/job.js'
import type { BlobRef } from '../../../src/model/movie/event.js'
import { ThreadExecutor, type ThreadExecutorOptions } from '../../../src/workers/thread/thread-executor.js'
import { assignment, fixtureModules, jobTemplate, providerFixture } from '../../support/jobs/job-fixture.js'
import { codeOf, JobInbox, resultOf } from '../../support/jobs/job-inbox.js'
import { runOpening } from '../../support/jobs/run-opening.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

const executors: ThreadExecutor[] = []
afterEach(async () => {
  await Promise.all(executors.splice(0).map(executor => executor.close()))
})

function open(options: ThreadExecutorOptions = {}) {
  const executor = new ThreadExecutor({ threads: 1, abortGraceMs: 200, modules: fixtureModules, ...options })
  executors.push(executor)
  const blobs = new MemoryBlobs()
  const openRun = () => {
    const inbox = new JobInbox()
    return { run: executor.openRun(runOpening(inbox.receive, { blobs })), inbox }
  }
  return { executor, blobs, openRun, ...openRun() }
}

const imageTemplate = () =>
  jobTemplate({ provider: providerFixture('blobs'), outputs: { Image: { type: 'image/*' } } })

test('a batch of jobs comes back in few messages', async () => {
  const { run, inbox } = open()
  const template = jobTemplate()
  run.dispatch(template, [assignment(1_000, { act: 'echo' })])
  await inbox.outcome(1_000)
  inbox.batchCount = 0
  const jobs = Array.from({ length: 64 }, (_, job) => assignment(job, { act: 'echo' }))
  run.dispatch(template, jobs)
  await Promise.all(jobs.map(({ job }) => inbox.outcome(job)))
  expect(inbox.batchCount).toBeLessThan(8)
  expect(jobs.map(({ job }) => inbox.settledOf(job).length)).toEqual(jobs.map(() => 1))
})

test('jobs are spread over the threads, and a single job starts a single one', async () => {
  const { run, inbox } = open({ threads: 2 })
  const template = jobTemplate()
  for (const job of [0, 1, 2]) {
    run.dispatch(template, [assignment(job, { act: 'thread' })])
    await inbox.outcome(job)
  }
  const one = new Set([0, 1, 2].map(job => resultOf(inbox.settledOf(job)[0]!.outcome)))
  expect(one.size).toBe(1)
  run.dispatch(template, [assignment(3, { act: 'thread' }), assignment(4, { act: 'thread' })])
  expect(resultOf(await inbox.outcome(3))).not.toBe(resultOf(await inbox.outcome(4)))
})

test.each([1, 2])('threads can start ahead of %i jobs, and no more than that', async jobCount => {
  const { executor, run, inbox } = open({ threads: 2 })
  executor.prepare(jobCount)
  run.dispatch(jobTemplate(), [assignment(0, { act: 'echo' })])
  await inbox.outcome(0)
  expect(executor.eventLoops().size).toBe(jobCount)
})

test('a provider module is loaded once a thread, gets frozen config, and cannot print to stdout', async () => {
  const { run, inbox } = open()
  const template = jobTemplate({ provider: providerFixture('curious'), config: { size: 1 } })
  run.dispatch(template, [assignment(1)])
  expect(JSON.parse(String(resultOf(await inbox.outcome(1))))).toMatchObject({ calls: 1, isFrozen: true })
  run.dispatch(template, [assignment(2, {}, { resume: { id: 'r' } })])
  expect(JSON.parse(String(resultOf(await inbox.outcome(2))))).toMatchObject({
    calls: 2,
    resume: { id: 'r' },
  })
})

test('a provider that cannot be loaded fails its jobs with the reason', async () => {
  const ghost = new URL('./no-such-module.mjs', import.meta.url).href
  const { run, inbox } = open({ modules: { ...fixtureModules, ghost } })
  run.dispatch(jobTemplate({ provider: providerFixture('ghost') }), [assignment(1)])
  run.dispatch(jobTemplate({ provider: providerFixture('nothing') }), [assignment(2)])
  run.dispatch(jobTemplate({ provider: providerFixture('stranger') }), [assignment(3)])
  expect(await inbox.outcome(1)).toMatchObject({
    error: { code: 'invalid', message: expect.stringMatching(/"ghost".*no-such-module/) },
  })
  expect(await inbox.outcome(2)).toMatchObject({
    error: { code: 'invalid', message: expect.stringMatching(/must export a function/) },
  })
  // The address of code is a name, and no path: what this worker has not configured, it does not load.
  expect(await inbox.outcome(3)).toMatchObject({
    error: { code: 'invalid', message: expect.stringMatching(/"stranger"/) },
  })
})

test.each(['values', 'usage', 'checkpoint', 'log', 'error'])(
  'what no port can carry spoils no batch: %s',
  async kind => {
    const { run, inbox } = open()
    const template = jobTemplate({
      provider: providerFixture('uncloneable'),
      outputs: { Text: { type: 'json' } },
    })
    run.dispatch(template, [assignment(1, { kind }), assignment(2, { kind: 'nothing' })])
    if (kind === 'checkpoint') {
      const checkpoint = await inbox.message(message => message.type === 'job.checkpoint')
      expect(checkpoint).toMatchObject({ checkpoint: { id: 'p' } })
      run.acknowledgeCheckpoint(1, 1, 1)
    }
    expect(codeOf(await inbox.outcome(2))).toBe('succeeded')
    expect(codeOf(await inbox.outcome(1))).toBe(kind === 'error' ? 'bug' : 'succeeded')
  },
)

test('a checkpoint waits for its acknowledgement', async () => {
  const { run, inbox } = open()
  const template = jobTemplate({ provider: providerFixture('curious') })
  run.dispatch(template, [assignment(1, { checkpoint: { predictionId: 'p' } })])
  const isCheckpoint = (message: { type: string }): message is JobCheckpoint =>
    message.type === 'job.checkpoint'
  const { job, attempt, requestNumber, checkpoint } = await inbox.message(isCheckpoint)
  expect(checkpoint).toEqual({ predictionId: 'p' })
  // Another attempt's acknowledgement is not this one's.
  run.acknowledgeCheckpoint(job, attempt + 1, requestNumber)
  run.dispatch(template, [assignment(2)])
  await inbox.outcome(2)
  expect(inbox.settledOf(1)).toEqual([])
  run.acknowledgeCheckpoint(job, attempt, requestNumber)
  expect(codeOf(await inbox.outcome(1))).toBe('succeeded')
})

test('cancelling aborts the job that was named and no other', async () => {
  const { run, inbox } = open()
  run.dispatch(jobTemplate(), [
    assignment(1, { act: 'untilAbort' }),
    assignment(2, { act: 'wait', waitMs: 50 }),
  ])
  run.cancel([1, 77], 'cancelled')
  expect(await inbox.outcome(1)).toEqual({
    state: 'failed',
    error: { code: 'cancelled', message: 'Cancelled.' },
  })
  expect(codeOf(await inbox.outcome(2))).toBe('succeeded')
})

test('a timeout aborts by itself, with the reason in the signal', async () => {
  const { run, inbox } = open()
  run.dispatch(jobTemplate({ timeoutMs: 30 }), [assignment(1, { act: 'untilAbort' })])
  expect(await inbox.outcome(1)).toEqual({
    state: 'failed',
    error: { code: 'timeout', message: 'No result within 30 ms.' },
  })
})

describe('a store that lives in the host', () => {
  test('gets bytes from the threads, which keep their own', async () => {
    const { run, inbox, blobs } = open()
    const template = imageTemplate()
    run.dispatch(template, [assignment(1, { act: 'bytes' }), assignment(2, { act: 'bytes' })])
    run.dispatch(template, [assignment(3, { act: 'stream' })])
    const stored: (string | undefined)[] = []
    for (const job of [1, 2, 3]) {
      const outcome = await inbox.outcome(job)
      stored.push(
        outcome.state === 'succeeded' ? blobs.text(outcome.artifacts[0]?.blob) : outcome.error.message,
      )
    }
    expect(stored).toEqual(['shared bytes', 'shared bytes', 'part 0;part 1;part 2;'])
  })

  test('is read from the threads, and its errors keep their code', async () => {
    const { run, inbox, blobs } = open()
    const picture = await blobs.put(Buffer.from('old'), 'image/png')
    const missing: BlobRef = { ...picture, hash: 'f'.repeat(64) as never }
    run.dispatch(imageTemplate(), [
      assignment(1, { act: 'read', picture }),
      assignment(2, { act: 'read', picture: missing }),
    ])
    const outcome = await inbox.outcome(1)
    expect(outcome.state === 'succeeded' && blobs.text(outcome.artifacts[0]?.blob)).toBe('old|old')
    // Reading must not take the store's own bytes away.
    expect(blobs.text(picture)).toBe('old')
    expect(await inbox.outcome(2)).toMatchObject({
      error: { message: expect.stringMatching(/^BLOB_MISSING/) },
    })
  })
})

test('two runs share the threads and hear only of their own jobs', async () => {
  const { run, inbox, openRun } = open()
  const other = openRun()
  run.dispatch(jobTemplate(), [assignment(1, { act: 'echo', text: 'first' })])
  other.run.dispatch(jobTemplate(), [assignment(1, { act: 'echo', text: 'second' })])
  expect(resultOf(await inbox.outcome(1))).toBe('first')
  expect(resultOf(await other.inbox.outcome(1))).toBe('second')
  expect([inbox.messages.length, other.inbox.messages.length]).toEqual([1, 1])
})

test('closing the executor aborts what runs, and can be repeated', async () => {
  const { executor, run } = open()
  run.dispatch(jobTemplate(), [assignment(1, { act: 'untilAbort' })])
  await Promise.all([executor.close(), executor.close()])
  await executor[Symbol.asyncDispose]()
  expect(() => executor.openRun({} as never)).toThrow(/closed/)
})

test('an executor of threads needs a thread', () => {
  expect(() => new ThreadExecutor({ threads: 0 })).toThrow(/threads must be a whole number/)
})

describe('a program that never closes its executor', () => {
  const program = fileURLToPath(new URL('../../support/programs/pool-program.mjs', import.meta.url))
  const run = (specifier: string, inputs: object, env: Record<string, string> = {}) =>
    promisify(execFile)(process.execPath, [program, specifier, JSON.stringify(inputs)], {
      env: { ...process.env, ...env },
      timeout: 20_000,
    })
  const faulty = new URL('../../support/providers/faulty.mjs', import.meta.url).href

  test('waits for its jobs, then ends', async () => {
    const { stdout } = await run(faulty, { act: 'wait', waitMs: 400 })
    expect(JSON.parse(stdout)).toMatchObject({ type: 'job.settled', outcome: { state: 'succeeded' } })
  })

  test('keeps its standard output for itself', async () => {
    const curious = new URL('../../support/providers/curious.mjs', import.meta.url).href
    const { stdout, stderr } = await run(curious, {})
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(/printed by a provider\nwritten by a provider/)
  })
})
