import { afterEach, describe, expect, test } from 'vitest'
import type { RunId } from '../../src/model/id.js'
import type { JobCheckpoint, JobMessage, ProviderCode } from '../../src/model/job.js'
import type { AttemptLimits, Executor, RunOpening } from '../../src/workers/executor.js'
import { assignment, jobTemplate } from '../support/jobs/job-fixture.js'
import { codeOf, JobInbox, resultOf } from '../support/jobs/job-inbox.js'
import { runOpening } from '../support/jobs/run-opening.js'
import { MemoryBlobs } from '../support/storage/memory-blobs.js'

export interface ExecutorUnderTest {
  open(limits: AttemptLimits): Executor | Promise<Executor>
  /** The module `test/support/providers/faulty.mjs`, as this executor finds it. */
  readonly provider: ProviderCode
  readonly inlineProviders?: RunOpening['inlineProviders']
  /** Whether a job can end what it runs in, and the host lives on. */
  readonly losesWorkers: boolean
  /** What a run has when it is closed is finished for whoever runs the movie next. @default it is aborted */
  readonly leavesRunning?: true
}

/** What every executor promises. */
export function executorContract(executor: ExecutorUnderTest): void {
  const { open, provider, inlineProviders, losesWorkers, leavesRunning } = executor
  const executors: Executor[] = []
  afterEach(async () => {
    await Promise.all(executors.splice(0).map(executor => executor.close()))
  })

  async function start(limits: AttemptLimits = {}) {
    const executor = await open({ abortGraceMs: 5_000, ...limits })
    executors.push(executor)
    const openRun = (overrides: Parameters<typeof runOpening>[1] = {}) => {
      const inbox = new JobInbox()
      const opening = runOpening(inbox.receive, {
        ...overrides,
        onPlaces: inbox.look,
        ...(inlineProviders && { inlineProviders }),
      })
      return { run: executor.openRun(opening), inbox }
    }
    return { executor, openRun, ...openRun() }
  }
  const template = (overrides: Parameters<typeof jobTemplate>[0] = {}) =>
    jobTemplate({ provider, ...overrides })

  test('every dispatched job settles exactly once, whatever its provider does', async () => {
    const { run, inbox } = await start({ abortGraceMs: 20 })
    const acts = ['echo', 'throw', 'wait', 'never', 'untilAbort', 'inGrace']
    const jobs = Array.from({ length: 60 }, (_, job) => assignment(job, { act: acts[job % 6]!, waitMs: 5 }))
    run.dispatch(template({ timeoutMs: 300 }), jobs)
    await Promise.all(jobs.map(({ job }) => inbox.outcome(job)))
    run.dispatch(template(), [assignment(100, { act: 'echo' })])
    await inbox.outcome(100)
    expect(jobs.map(({ job }) => inbox.settledOf(job).length)).toEqual(jobs.map(() => 1))
  })

  test('messages of a job keep their order, and it settles with the last one', async () => {
    const { run, inbox } = await start()
    const jobs = Array.from({ length: 40 }, (_, job) => assignment(job, { act: 'tell' }))
    run.dispatch(template(), jobs)
    await Promise.all(jobs.map(({ job }) => inbox.outcome(job)))
    const told = (wanted: number) =>
      inbox.messages
        .filter(({ job }) => job === wanted)
        .map(message => (message.type === 'job.log' ? message.message : message.type))
    for (const { job } of jobs) expect(told(job)).toEqual(['first', 'job.progress', 'last', 'job.settled'])
  })

  test('nothing is told from inside a call', async () => {
    const { run, inbox } = await start()
    run.dispatch(template(), [assignment(1, { act: 'echo' }), assignment(2, { act: 'untilAbort' })])
    run.cancel([2], 'cancelled')
    run.acknowledgeCheckpoint(2, 1, 1)
    expect(inbox.messages).toEqual([])
    await Promise.all([inbox.outcome(1), inbox.outcome(2)])
  })

  test('a provider shares no object with its caller; what cannot be copied is never dispatched', async () => {
    const { run, inbox } = await start()
    const inputs = { act: 'echo', text: 'as it was' }
    run.dispatch(template(), [assignment(1, inputs)])
    inputs.text = 'changed later'
    expect(resultOf(await inbox.outcome(1))).toBe('as it was')
    const odd = { act: 'echo', text: (() => 'no data') as never }
    expect(() => run.dispatch(template(), [assignment(2, odd)])).toThrow(
      expect.objectContaining({ name: 'DataCloneError' }),
    )
    await run.close()
    expect(inbox.settledOf(2)).toEqual([])
  })

  test('a large value is stored where the run has its store', async () => {
    const blobs = new MemoryBlobs()
    const { run, inbox } = (await start({ inlineLimitBytes: 100 })).openRun({ blobs })
    run.dispatch(template(), [assignment(1, { act: 'echo', text: 'long '.repeat(100) })])
    const outcome = await inbox.outcome(1)
    expect(outcome.state === 'succeeded' && blobs.text(outcome.artifacts[0]?.blob)).toBe('long '.repeat(100))
  })

  test('places that jobs have taken are free again when they have settled', async () => {
    const { run, inbox } = await start()
    await inbox.until(() => run.freePlaces >= 2)
    run.dispatch(template(), [
      assignment(1, { act: 'untilAbort', say: true }),
      assignment(2, { act: 'echo' }),
    ])
    await inbox.log('untilAbort')
    await inbox.outcome(2)
    const during = run.freePlaces
    run.cancel([1], 'cancelled')
    await inbox.outcome(1)
    expect(run.freePlaces).toBe(Number.isFinite(during) ? during + 1 : during)
  })

  test('receipts grow, and what is recorded may be forgotten, also when nobody waits for it', async () => {
    const { run, inbox } = await start()
    run.dispatch(
      template(),
      [1, 2, 3].map(job => assignment(job, { act: 'tell' })),
    )
    await Promise.all([1, 2, 3].map(job => inbox.outcome(job)))
    expect(inbox.receipts).toEqual([...new Set(inbox.receipts)].sort((a, b) => a - b))
    run.recorded(inbox.receipts.at(-1) ?? 1)
    run.dispatch(template(), [assignment(4, { act: 'echo', text: 'and on' })])
    expect(resultOf(await inbox.outcome(4))).toBe('and on')
  })

  describe('an abort', () => {
    test('by cancelling reaches the job that was named and no other', async () => {
      const { run, inbox } = await start()
      run.dispatch(template(), [
        assignment(1, { act: 'untilAbort' }),
        assignment(2, { act: 'wait', waitMs: 50 }),
      ])
      run.cancel([1, 77], 'cancelled')
      expect(codeOf(await inbox.outcome(1))).toBe('cancelled')
      expect(codeOf(await inbox.outcome(2))).toBe('succeeded')
    })

    test('that a provider ignores settles its job after the grace', async () => {
      const { run, inbox } = await start({ abortGraceMs: 20 })
      run.dispatch(template(), [assignment(1, { act: 'never' })])
      run.cancel([1], 'cancelled')
      run.dispatch(template({ timeoutMs: 20 }), [assignment(2, { act: 'never' })])
      expect(codeOf(await inbox.outcome(1))).toBe('cancelled')
      expect(codeOf(await inbox.outcome(2))).toBe('timeout')
    })
  })

  test('a checkpoint waits until it is acknowledged, for its own attempt', async () => {
    const { run, inbox } = await start()
    run.dispatch(template(), [assignment(1, { act: 'checkpoint' })])
    const isCheckpoint = (message: JobMessage): message is JobCheckpoint => message.type === 'job.checkpoint'
    const { job, attempt, requestNumber, checkpoint } = await inbox.message(isCheckpoint)
    expect(checkpoint).toEqual({ predictionId: 'p' })
    run.acknowledgeCheckpoint(job, attempt + 1, requestNumber)
    run.dispatch(template(), [assignment(2, { act: 'tell' })])
    await inbox.outcome(2)
    expect(inbox.settledOf(1)).toEqual([])
    run.acknowledgeCheckpoint(job, attempt, requestNumber)
    expect(resultOf(await inbox.outcome(1))).toBe('durable')
  })

  describe('what comes late', () => {
    test('of an attempt that was given up, is dropped: the next attempt is heard alone', async () => {
      const { run, inbox } = await start({ abortGraceMs: 20 })
      run.dispatch(template({ timeoutMs: 20 }), [assignment(1, { act: 'late' })])
      expect(codeOf(await inbox.outcome(1))).toBe('timeout')
      run.dispatch(template(), [assignment(1, { act: 'wait', waitMs: 600 }, { attempt: 2 })])
      expect(resultOf(await inbox.outcome(1, 2))).toBe('waited')
      expect(inbox.settledOf(1).map(({ attempt }) => attempt)).toEqual([1, 2])
    })

    test.skipIf(leavesRunning)(
      'of a run that is closed, reaches neither its listener nor the next writer of the run',
      async () => {
        const { openRun } = await start({ abortGraceMs: 20 })
        const address = { run: 'one' as RunId, token: 1 }
        const first = openRun({ address })
        first.run.dispatch(template(), [assignment(1, { act: 'neverThenSay', say: true })])
        await first.inbox.log('neverThenSay')
        const closing = first.run.close()
        const heard = first.inbox.messages.length
        await closing
        const next = openRun({ address: { ...address, token: 2 } })
        next.run.dispatch(template(), [assignment(1, { act: 'echo', text: 'of the next writer' })])
        expect(resultOf(await next.inbox.outcome(1))).toBe('of the next writer')
        expect(next.inbox.messages).toHaveLength(1)
        expect(first.inbox.messages).toHaveLength(heard)
      },
    )
  })

  test.runIf(leavesRunning)(
    'what a closed run has is finished for the next writer of its movie',
    async () => {
      const { openRun } = await start()
      const movieId = 'left'
      const first = openRun({ movieId, address: { run: 'first' as RunId, token: 1 } })
      const jobs = [assignment(1, { act: 'wait', waitMs: 600, say: true })]
      first.run.dispatch(template(), jobs)
      await first.inbox.log('wait')
      await first.run.close()
      const next = openRun({ movieId, address: { run: 'next' as RunId, token: 2 } })
      // As whoever dispatches does: nothing is free before it is known what the hosts have.
      await next.inbox.until(() => next.run.freePlaces > 0)
      next.run.dispatch(template(), jobs)
      expect(resultOf(await next.inbox.outcome(1))).toBe('waited')
      expect(
        [...first.inbox.messages, ...next.inbox.messages].filter(({ type }) => type === 'job.log'),
      ).toHaveLength(1)
    },
  )

  test('runs hear of their own jobs alone', async () => {
    const { run, inbox, openRun } = await start()
    const other = openRun()
    run.dispatch(template(), [assignment(1, { act: 'echo', text: 'first' })])
    other.run.dispatch(template(), [assignment(1, { act: 'echo', text: 'second' })])
    expect(resultOf(await inbox.outcome(1))).toBe('first')
    expect(resultOf(await other.inbox.outcome(1))).toBe('second')
    other.run.cancel([1], 'cancelled')
    expect([inbox.messages.length, other.inbox.messages.length]).toEqual([1, 1])
  })

  test.runIf(losesWorkers)(
    'a lost worker settles its jobs as worker_lost, and the next job gets another',
    async () => {
      const { run, inbox } = await start()
      run.dispatch(template(), [assignment(1, { act: 'never', say: true })])
      await inbox.log('never')
      // Each alone may be beside the other or on a worker of its own; the one that ends its worker is lost for certain.
      run.dispatch(template(), [assignment(2, { act: 'exit' })])
      expect(codeOf(await inbox.outcome(2))).toBe('worker_lost')
      run.dispatch(template(), [assignment(2, { act: 'echo' }, { attempt: 2, losses: 1 })])
      expect(codeOf(await inbox.outcome(2, 2))).toBe('succeeded')
      run.cancel([1], 'cancelled')
      expect(['worker_lost', 'cancelled']).toContain(codeOf(await inbox.outcome(1)))
      expect(inbox.settledOf(1)).toHaveLength(1)
      expect(inbox.settledOf(2).map(({ attempt }) => attempt)).toEqual([1, 2])
    },
  )

  describe('closing', () => {
    test('a run aborts what it has, waits for it, and tells nothing more', async () => {
      const { run, inbox } = await start({ abortGraceMs: 50 })
      run.dispatch(template(), [
        assignment(1, { act: 'untilAbort', say: true }),
        assignment(2, { act: 'never' }),
      ])
      await inbox.log('untilAbort')
      await Promise.all([run.close(), run.close()])
      await run.close()
      expect(inbox.messages.filter(({ type }) => type === 'job.settled')).toEqual([])
      expect(() => run.dispatch(template(), [assignment(3, { act: 'echo' })])).toThrow(
        expect.objectContaining({ code: 'ENGINE_CLOSED' }),
      )
      // Calls that come after it are for nobody.
      run.cancel([1], 'cancelled')
      run.acknowledgeCheckpoint(1, 1, 1)
    })

    test.skipIf(leavesRunning)('a run gives its store back when nothing uses it any more', async () => {
      const seen: string[] = []
      class SeenBlobs extends MemoryBlobs {
        override async put(...given: Parameters<MemoryBlobs['put']>) {
          seen.push('put')
          return await super.put(...given)
        }
        override async release() {
          seen.push('release')
        }
      }
      const { run, inbox } = (await start()).openRun({ blobs: new SeenBlobs() })
      run.dispatch(template(), [assignment(1, { act: 'storeInGrace', say: true })])
      await inbox.log('storeInGrace')
      await run.close()
      // One that was idle may give it back sooner: a store opens again when it is needed.
      expect(seen).toContain('put')
      expect(seen.at(-1)).toBe('release')
    })

    test('the executor closes its runs, once, and opens no other', async () => {
      const { executor, run, openRun } = await start({ abortGraceMs: 50 })
      run.dispatch(template(), [assignment(1, { act: 'untilAbort' })])
      await Promise.all([executor.close(), executor.close()])
      await executor[Symbol.asyncDispose]()
      const isClosed = expect.objectContaining({ code: 'ENGINE_CLOSED' })
      expect(() => openRun()).toThrow(isClosed)
      expect(() => run.dispatch(template(), [assignment(2, { act: 'echo' })])).toThrow(isClosed)
      executor.prepare(10)
    })
  })
}
