import { afterEach, expect, test } from 'vitest'
import { ThreadExecutor, type ThreadExecutorOptions } from '../../src/workers/thread/thread-executor.js'
import { assignment, fixtureModules, jobTemplate } from '../support/jobs/job-fixture.js'
import { codeOf, JobInbox, resultOf } from '../support/jobs/job-inbox.js'
import { runOpening } from '../support/jobs/run-opening.js'

const executors: ThreadExecutor[] = []
afterEach(async () => {
  await Promise.all(executors.splice(0).map(executor => executor.close()))
})

function open(options: ThreadExecutorOptions = {}) {
  const executor = new ThreadExecutor({ threads: 1, abortGraceMs: 150, modules: fixtureModules, ...options })
  executors.push(executor)
  const inbox = new JobInbox()
  return { run: executor.openRun(runOpening(inbox.receive)), inbox }
}

test('process.exit in a provider loses the jobs of its thread, and the next job gets a new one', async () => {
  const { run, inbox } = open()
  const template = jobTemplate()
  run.dispatch(template, [assignment(1, { act: 'never', say: true })])
  await inbox.log('never')
  run.dispatch(template, [assignment(2, { act: 'exit' })])
  expect(codeOf(await inbox.outcome(1))).toBe('worker_lost')
  expect(codeOf(await inbox.outcome(2))).toBe('worker_lost')
  run.dispatch(template, [assignment(2, { act: 'echo' }, { attempt: 2 })])
  expect(codeOf(await inbox.outcome(2, 2))).toBe('succeeded')
})

test('results that a thread made before it exited are kept', async () => {
  const { run, inbox } = open()
  const jobs = [assignment(1, { act: 'echo', text: 'paid for' }), assignment(2, { act: 'exitSoon' })]
  run.dispatch(jobTemplate(), jobs)
  expect(codeOf(await inbox.outcome(2))).toBe('worker_lost')
  expect(inbox.settledOf(1).map(({ outcome }) => resultOf(outcome))).toEqual(['paid for'])
})

test('a dead thread does not touch the jobs of another one', async () => {
  const { run, inbox } = open({ threads: 2 })
  const template = jobTemplate()
  run.dispatch(template, [
    assignment(1, { act: 'untilAbort', say: true }),
    assignment(2, { act: 'never', say: true }),
  ])
  await inbox.log('untilAbort')
  await inbox.log('never')
  run.dispatch(template, [assignment(3, { act: 'exit' }), assignment(4, { act: 'echo' })])
  const lost = [await inbox.outcome(3), await inbox.outcome(4)].map(codeOf)
  expect(lost[0]).toBe('worker_lost')
  expect(lost[1]).toBe('succeeded')
  expect([1, 2].filter(job => inbox.settledOf(job).length > 0)).toHaveLength(1)
})

test('an uncaught exception fails the job it came from and spares its neighbours', async () => {
  const { run, inbox } = open()
  const template = jobTemplate()
  run.dispatch(template, [assignment(1, { act: 'wait', waitMs: 300 }), assignment(2, { act: 'uncaught' })])
  const outcome = await inbox.outcome(2)
  expect(outcome).toMatchObject({
    state: 'failed',
    error: { code: 'bug', message: expect.stringContaining('nobody catches this') },
  })
  // The thread's state is not certain any more, so the next job goes to another one.
  run.dispatch(template, [assignment(3, { act: 'thread' }), assignment(4, { act: 'thread' })])
  expect(resultOf(await inbox.outcome(3))).toBe(resultOf(await inbox.outcome(4)))
  expect(resultOf(await inbox.outcome(1))).toBe('waited')
})

test('an unhandled rejection fails its job by the error it carries', async () => {
  const { run, inbox } = open()
  run.dispatch(jobTemplate(), [assignment(1, { act: 'rejection' })])
  expect(codeOf(await inbox.outcome(1))).toBe('network')
})

test('a thread that runs out of memory loses its jobs and is replaced', async () => {
  const { run, inbox } = open({ resourceLimits: { maxOldGenerationSizeMb: 32 } })
  const template = jobTemplate()
  run.dispatch(template, [assignment(1, { act: 'memory' })])
  expect(codeOf(await inbox.outcome(1))).toBe('worker_lost')
  run.dispatch(template, [assignment(2, { act: 'echo' })])
  expect(codeOf(await inbox.outcome(2))).toBe('succeeded')
})

test('threads that cannot even start fail their jobs instead of waiting for ever', async () => {
  const { run, inbox } = open({ resourceLimits: { maxOldGenerationSizeMb: 1 } })
  const template = jobTemplate()
  run.dispatch(template, [assignment(1, { act: 'echo' })])
  expect(codeOf(await inbox.outcome(1))).toBe('worker_lost')
  run.dispatch(template, [assignment(1, { act: 'echo' }, { attempt: 2 })])
  expect(codeOf(await inbox.outcome(1, 2))).toBe('worker_lost')
})

test('an infinite loop is timed out by ending its thread', async () => {
  const { run, inbox } = open()
  run.dispatch(jobTemplate({ timeoutMs: 50 }), [assignment(2, { act: 'loop' })])
  expect(codeOf(await inbox.outcome(2))).toBe('timeout')
  run.dispatch(jobTemplate(), [assignment(3, { act: 'echo' })])
  expect(codeOf(await inbox.outcome(3))).toBe('succeeded')
})

test('beside an infinite loop nobody is timed out: which job blocks the thread shows when each is alone', async () => {
  const { run, inbox } = open()
  // The timeout must not pass while the provider is being loaded.
  run.dispatch(jobTemplate(), [assignment(0, { act: 'echo' })])
  await inbox.outcome(0)
  const template = jobTemplate({ timeoutMs: 100 })
  const acts = ['echo', 'loop', 'wait']
  const inputsOf = (job: number) => ({ act: acts[job - 1]!, waitMs: 5 })
  run.dispatch(
    template,
    [1, 2, 3].map(job => assignment(job, { ...inputsOf(job), act: job === 2 ? 'loop' : 'never' })),
  )
  const first = await Promise.all([1, 2, 3].map(job => inbox.outcome(job)))
  expect(first.map(codeOf)).toEqual(['worker_lost', 'worker_lost', 'worker_lost'])
  expect(first.every(outcome => outcome.state === 'failed' && !outcome.isSoleSuspect)).toBe(true)
  run.dispatch(
    template,
    [1, 2, 3].map(job => assignment(job, inputsOf(job), { attempt: 2, losses: 2 })),
  )
  const second = await Promise.all([1, 2, 3].map(job => inbox.outcome(job, 2)))
  expect(second.map(codeOf)).toEqual(['succeeded', 'timeout', 'succeeded'])
})

test('jobs that lost a thread run apart from others, a few together, then each alone', async () => {
  const { run, inbox } = open({ threads: 2 })
  const template = jobTemplate()
  const on = async (jobs: number[], losses?: number) => {
    const attempt = (losses ?? 0) + 1
    const options = losses === undefined ? {} : { losses, attempt }
    run.dispatch(
      template,
      jobs.map(job => assignment(job, { act: 'threadSoon' }, options)),
    )
    const outcomes = await Promise.all(jobs.map(job => inbox.outcome(job, attempt)))
    return new Set(outcomes.map(outcome => String(resultOf(outcome)).split(':')[0]))
  }
  const jobs = Array.from({ length: 20 }, (_, index) => index)
  const regular = await on(jobs)
  const grouped = await on(jobs, 1)
  expect([...grouped].filter(thread => regular.has(thread))).toEqual([])
  // At most 16 of them ran at the same time on one thread: 20 need two groups.
  expect(grouped.size).toBe(2)
  const alone = await on(jobs, 2)
  for (const outcome of jobs.map(job => resultOf(inbox.settledOf(job).at(-1)!.outcome)))
    expect(outcome).toMatch(/^\d+:1$/)
  expect(alone.size).toBeGreaterThan(0)
})

test('a suspect that is cancelled while it waits for a thread never runs', async () => {
  const { run, inbox } = open()
  const template = jobTemplate()
  run.dispatch(
    template,
    [1, 2].map(job => assignment(job, { act: 'never', say: true }, { losses: 2 })),
  )
  await inbox.log('never')
  run.cancel([2], 'cancelled')
  expect(inbox.settledOf(2)).toEqual([])
  expect(codeOf(await inbox.outcome(2))).toBe('cancelled')
  run.cancel([1], 'cancelled')
  expect(codeOf(await inbox.outcome(1))).toBe('cancelled')
})

test('cancelling a job in an infinite loop ends its thread after the grace', async () => {
  const { run, inbox } = open()
  run.dispatch(jobTemplate(), [assignment(1, { act: 'loop' })])
  run.cancel([1], 'cancelled')
  expect(codeOf(await inbox.outcome(1))).toBe('cancelled')
})

test('a promise that never settles times out, and its neighbour on the thread finishes', async () => {
  const { run, inbox } = open()
  run.dispatch(jobTemplate({ timeoutMs: 20 }), [assignment(1, { act: 'never' })])
  run.dispatch(jobTemplate(), [assignment(2, { act: 'wait', waitMs: 600 })])
  expect(codeOf(await inbox.outcome(1))).toBe('timeout')
  expect(inbox.settledOf(2)).toEqual([])
  expect(resultOf(await inbox.outcome(2))).toBe('waited')
})

test('with every thread tainted and its replacement too, jobs still run', async () => {
  const { run, inbox } = open()
  run.dispatch(jobTemplate(), [assignment(90, { act: 'never', say: true })])
  await inbox.log('never')
  for (let job = 1; job <= 3; job++) {
    run.dispatch(jobTemplate(), [assignment(90 + job, { act: 'never' })])
    run.dispatch(jobTemplate({ timeoutMs: 10 }), [assignment(job, { act: 'never' })])
    expect(codeOf(await inbox.outcome(job))).toBe('timeout')
  }
  run.dispatch(jobTemplate(), [assignment(10, { act: 'echo' })])
  expect(codeOf(await inbox.outcome(10))).toBe('succeeded')
  expect(inbox.settledOf(90)).toEqual([])
})

test('a result that comes after its attempt was given up is dropped', async () => {
  const { run, inbox } = open({ abortGraceMs: 40 })
  run.dispatch(jobTemplate({ timeoutMs: 10 }), [assignment(1, { act: 'late' })])
  run.dispatch(jobTemplate(), [assignment(2, { act: 'wait', waitMs: 700 })])
  expect(codeOf(await inbox.outcome(1))).toBe('timeout')
  await inbox.outcome(2)
  expect(inbox.settledOf(1)).toHaveLength(1)
})

test('a result that comes within the grace after a timeout is kept: it has been paid for', async () => {
  const { run, inbox } = open({ abortGraceMs: 5_000 })
  run.dispatch(jobTemplate(), [assignment(0, { act: 'echo' })])
  await inbox.outcome(0)
  run.dispatch(jobTemplate({ timeoutMs: 10 }), [assignment(1, { act: 'inGrace' })])
  expect(resultOf(await inbox.outcome(1))).toBe('made after all')
})

test('closing a run settles what it has, and nothing is heard of it afterwards', async () => {
  const { run, inbox } = open()
  run.dispatch(jobTemplate(), [
    assignment(1, { act: 'untilAbort', say: true }),
    assignment(2, { act: 'never' }),
    assignment(3, { act: 'loop' }),
  ])
  await run.close()
  await run.close()
  const heard = inbox.messages.filter(({ type }) => type === 'job.settled')
  expect(heard).toEqual([])
  expect(() => run.dispatch(jobTemplate(), [assignment(4)])).toThrow(/closed/)
})
