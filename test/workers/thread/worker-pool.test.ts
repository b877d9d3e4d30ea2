import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import type { JobCheckpoint } from '../../../src/model/job.js'
import type { BlobRef } from '../../../src/model/movie/event.js'
import type { Provider } from '../../../src/model/provider/provider.js'
import { WorkerPool, type WorkerPoolOptions } from '../../../src/workers/thread/worker-pool.js'
import { assignment, jobTemplate, providerFixture } from '../../support/jobs/job-fixture.js'
import { codeOf, JobInbox, resultOf } from '../../support/jobs/job-inbox.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

const pools: WorkerPool[] = []
afterEach(async () => {
  await Promise.all(pools.splice(0).map(pool => pool.close()))
})

function open(options: WorkerPoolOptions = {}, inlineProviders: Record<string, Provider> = {}) {
  const pool = new WorkerPool({ threads: 1, abortGraceMs: 200, ...options })
  pools.push(pool)
  const blobs = new MemoryBlobs()
  const openRun = () => {
    const inbox = new JobInbox()
    const run = pool.openRun({
      movieId: 'test',
      store: { url: 'memory:test', isReachableFromThreads: false, blobs: () => blobs },
      inlineProviders: new Map(Object.entries(inlineProviders)),
      onMessages: inbox.receive,
    })
    return { run, inbox }
  }
  return { pool, blobs, openRun, ...openRun() }
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
  const { pool, run, inbox } = open({ threads: 2 })
  pool.prepare(jobCount)
  run.dispatch(jobTemplate(), [assignment(0, { act: 'echo' })])
  await inbox.outcome(0)
  expect(pool.threadLoops().size).toBe(jobCount)
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
  const { run, inbox } = open()
  const specifier = new URL('./no-such-module.mjs', import.meta.url).href
  run.dispatch(jobTemplate({ provider: { type: 'module', name: 'ghost', specifier } }), [assignment(1)])
  run.dispatch(jobTemplate({ provider: providerFixture('nothing') }), [assignment(2)])
  expect(await inbox.outcome(1)).toMatchObject({
    error: { code: 'invalid', message: expect.stringMatching(/"ghost".*no-such-module/) },
  })
  expect(await inbox.outcome(2)).toMatchObject({
    error: { code: 'invalid', message: expect.stringMatching(/must export a function/) },
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

describe('inline providers', () => {
  const source = (name: string) => ({ type: 'inline', name }) as const

  test('run in the host, share no object with the engine, and start no thread', async () => {
    const seen: { list: number[] }[] = []
    const answer = { words: ['a'] }
    const { run, inbox } = open(
      {},
      {
        mine: {
          produce({ inputs }) {
            const given = inputs as { list: number[] }
            given.list.push(4)
            seen.push(given)
            return { outputs: { Text: answer } }
          },
        },
      },
    )
    const inputs = { list: [1, 2, 3] }
    run.dispatch(jobTemplate({ provider: source('mine'), outputs: { Text: { type: 'json' } } }), [
      assignment(1, inputs),
    ])
    expect(seen).toEqual([])
    const outcome = await inbox.outcome(1)
    expect(seen).toEqual([{ list: [1, 2, 3, 4] }])
    expect(inputs.list).toEqual([1, 2, 3])
    answer.words.push('later')
    expect(resultOf(outcome)).toEqual({ words: ['a'] })
  })

  test('are cancelled and timed out like others', async () => {
    const never = { produce: () => new Promise<never>(() => {}) }
    const { run, inbox } = open({ abortGraceMs: 20 }, { never })
    run.dispatch(jobTemplate({ provider: source('never') }), [assignment(1)])
    run.cancel([1], 'cancelled')
    run.dispatch(jobTemplate({ provider: source('never'), timeoutMs: 20 }), [assignment(2)])
    expect(codeOf(await inbox.outcome(1))).toBe('cancelled')
    expect(codeOf(await inbox.outcome(2))).toBe('timeout')
  })

  test('that throw are failed jobs; one that is not there says so', async () => {
    const bad = {
      produce: () => {
        throw new TypeError('broken')
      },
    }
    const { run, inbox } = open({}, { bad })
    run.dispatch(jobTemplate({ provider: source('bad') }), [assignment(1)])
    run.dispatch(jobTemplate({ provider: source('absent') }), [assignment(2)])
    expect(codeOf(await inbox.outcome(1))).toBe('bug')
    expect(await inbox.outcome(2)).toMatchObject({ error: { message: expect.stringMatching(/"absent"/) } })
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

test('closing the pool aborts what runs, and can be repeated', async () => {
  const { pool, run } = open()
  run.dispatch(jobTemplate(), [assignment(1, { act: 'untilAbort' })])
  await Promise.all([pool.close(), pool.close()])
  await pool[Symbol.asyncDispose]()
  expect(() => pool.openRun({} as never)).toThrow(/closed/)
})

test('a pool needs a thread', () => {
  expect(() => new WorkerPool({ threads: 0 })).toThrow(/threads must be a whole number/)
})

describe('a program that never closes the pool', () => {
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
