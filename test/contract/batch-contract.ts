import { beforeEach, describe, expect, test } from 'vitest'
import type { JobMessage, JobOutcome } from '../../src/model/job.js'
import type { OutputRequest } from '../../src/model/provider/provider.js'
import aiBatch from '../../src/providers/ai-batch/ai-batch.js'
import { assignment } from '../support/jobs/job-fixture.js'
import { codeOf, resultOf } from '../support/jobs/job-inbox.js'
import { ProviderJobs } from '../support/jobs/provider-jobs.js'
import type { VendorBatches } from '../support/servers/batches/vendor-batches.js'

const job = (number: number, text = `row ${number}`, attempt = 1) => assignment(number, { text }, { attempt })
const outcomes = (run: ProviderJobs, numbers: readonly number[], attempt = 1): Promise<JobOutcome[]> =>
  Promise.all(numbers.map(number => run.inbox.outcome(number, attempt)))

/** The jobs of a producer with a model of the server's vendor. */
export function batchJobs(
  server: VendorBatches,
  model: string,
  config: object = {},
  outputs?: Record<string, OutputRequest>,
): ProviderJobs {
  const usual = { apiKey: server.key, baseUrl: server.baseUrl, gatherMs: 20, pollMs: 5, prompt: '{{text}}' }
  return new ProviderJobs(aiBatch, { model, config: { ...usual, ...config }, ...(outputs && { outputs }) })
}

/** What holds for the batches of every vendor. */
export function describeBatches(vendor: string, start: () => Promise<VendorBatches>, model: string): void {
  let server: VendorBatches
  beforeEach(async () => {
    server = await start()
  })
  const jobs = (config: object = {}, outputs?: Record<string, OutputRequest>) =>
    batchJobs(server, model, config, outputs)
  const billed = () => server.bill.toSorted()
  const promptsOf = (at: number) => server.all[at]!.rows.map(({ prompt }) => prompt).sort()
  const isPlaced = (message: JobMessage, number: number): boolean =>
    message.type === 'job.checkpoint' &&
    message.job === number &&
    JSON.stringify(message).includes(server.all[0]?.id ?? 'no batch yet')
  /** Jobs that a process has left in a batch when it died. */
  const leftIn = async (...numbers: number[]) => {
    server.isHeld = true
    const first = jobs()
    first.start(...numbers.map(number => job(number)))
    for (const number of numbers) await first.inbox.message(message => isPlaced(message, number))
    server.isHeld = false
    return (config: object = {}) => {
      const second = jobs(config)
      for (const [number, checkpoint] of first.checkpoints) second.checkpoints.set(number, checkpoint)
      return second
    }
  }

  describe(`${vendor}: a batch`, () => {
    test('has the jobs that come together; each gets its own answer', async () => {
      const run = jobs()
      run.start(job(0), job(1), job(2))
      const made = await outcomes(run, [0, 1, 2])
      expect(made.map(resultOf)).toEqual(['Echo: row 0', 'Echo: row 1', 'Echo: row 2'])
      expect(made[0]).toMatchObject({ usage: { inputTokens: 20, outputTokens: 10, cachedInputTokens: 4 } })
      expect(server.all).toHaveLength(1)
      expect(billed()).toEqual(['row 0', 'row 1', 'row 2'])
    })

    test('is full at maxRequests', async () => {
      const run = jobs({ maxRequests: 2, gatherMs: 60_000 })
      run.start(job(0), job(1), job(2), job(3))
      expect((await outcomes(run, [0, 1, 2, 3])).map(codeOf)).toEqual(Array(4).fill('succeeded'))
      expect(server.all.map(({ rows }) => rows.length)).toEqual([2, 2])
    })

    test('asks for JSON by a schema', async () => {
      const schema = { type: 'object', properties: { title: { type: 'string' } } }
      const run = jobs({ schema }, { Facts: { type: 'json' } })
      run.start(job(0))
      expect(resultOf(await run.inbox.outcome(0))).toEqual({ title: 'title of row 0' })
    })
  })

  describe(`${vendor}: nothing is submitted twice`, () => {
    test('a job is on record before its batch is created, and waits for it when restarted', async () => {
      const restarted = await leftIn(0, 1)
      const second = restarted()
      second.start(job(0), job(1))
      expect((await outcomes(second, [0, 1])).map(resultOf)).toEqual(['Echo: row 0', 'Echo: row 1'])
      expect(server.all).toHaveLength(1)
      expect(billed()).toEqual(['row 0', 'row 1'])
    })

    test('a batch whose answer was lost is found', async () => {
      server.faults.push({ at: server.places.create, cutAfterBytes: 'half' })
      const run = jobs()
      run.start(job(0), job(1))
      expect((await outcomes(run, [0, 1])).map(codeOf)).toEqual(['succeeded', 'succeeded'])
      expect(server.all).toHaveLength(1)
      expect(billed()).toEqual(['row 0', 'row 1'])
    })

    test('a batch that was not created is created again', async () => {
      const at = server.places.create
      server.faults.push({ at, isLost: true }, { at, status: 503 })
      const run = jobs()
      run.start(job(0))
      expect(codeOf(await run.inbox.outcome(0))).toBe('succeeded')
      expect(server.all).toHaveLength(1)
    })

    test('a job that knows only that it was to be in a batch finds it', async () => {
      server.isHeld = true
      const first = jobs()
      first.start(job(0), job(1))
      await server.created(1)
      const intents = first.inbox.messages.filter(({ type }) => type === 'job.checkpoint').slice(0, 2)
      expect(JSON.stringify(intents)).not.toContain(server.all[0]!.id)
      const second = jobs()
      for (const intent of intents)
        if (intent.type === 'job.checkpoint') second.checkpoints.set(intent.job, intent.checkpoint)
      second.start(job(0), job(1))
      server.isHeld = false
      expect((await outcomes(second, [0, 1])).map(codeOf)).toEqual(['succeeded', 'succeeded'])
      expect(server.all).toHaveLength(1)
      expect(billed()).toEqual(['row 0', 'row 1'])
    })

    test('polls and downloads that fail are repeated; the jobs do not notice', async () => {
      const { look, results } = server.places
      server.faults.push(
        { at: look, status: 500 },
        { at: look, isLost: true },
        { at: look, status: 429, headers: { 'retry-after-ms': '5' } },
        { at: results, cutAfterBytes: 'half' },
        // Of what stands in between, with a status of success: what was answered is paid for once.
        { at: results, body: '<html>Log in to the network</html>' },
        { at: results, body: '' },
      )
      const run = jobs()
      run.start(job(0), job(1))
      expect((await outcomes(run, [0, 1])).map(codeOf)).toEqual(['succeeded', 'succeeded'])
      expect(server.faults).toEqual([])
      expect(billed()).toEqual(['row 0', 'row 1'])
    })

    test('a key that is refused does not make a job forget its batch', async () => {
      const restarted = await leftIn(0)
      const second = restarted({ apiKey: 'another' })
      second.start(job(0))
      const error = resultOf(await second.inbox.outcome(0))
      expect(error).toMatchObject({ code: 'overloaded', message: expect.stringContaining(server.all[0]!.id) })
      expect(error).toMatchObject({ message: expect.not.stringContaining('another') })
    })

    test('a refusal to create is what it is, for all its jobs; nobody looks for that batch', async () => {
      const { create, list } = server.places
      server.faults.push({ at: create, status: 429, headers: { 'retry-after': '9' } })
      const run = jobs()
      run.start(job(0), job(1))
      const made = await outcomes(run, [0, 1])
      expect(made.map(resultOf)).toMatchObject(Array(2).fill({ code: 'rate_limited', retryAfterMs: 9_000 }))
      run.start(job(0, undefined, 2), job(1, undefined, 2))
      await server.created(1)
      expect(server.calls(list)).toBe(0)
      expect((await outcomes(run, [0, 1], 2)).map(codeOf)).toEqual(['succeeded', 'succeeded'])
      expect(server.all).toHaveLength(1)
    })

    test('a batch that is gone does not hold its jobs: they go into another one', async () => {
      const restarted = await leftIn(0)
      const body = { error: { type: 'not_found_error', code: 404, message: 'Not found.' } }
      for (let count = 0; count < 3; count++)
        server.faults.push({ at: server.places.look, status: 404, body })
      const run = restarted()
      run.start(job(0))
      expect(codeOf(await run.inbox.outcome(0))).toBe('succeeded')
      expect(server.all).toHaveLength(2)
      expect(run.inbox.messages).toContainEqual(expect.objectContaining({ type: 'job.log', level: 'warn' }))
    })
  })

  describe(`${vendor}: requests without an answer`, () => {
    beforeEach(() => {
      server.fate = (prompt, number) => {
        if (prompt.includes('refuse')) return 'refuse'
        if (number > 1) return 'answer'
        return prompt.includes('late') ? 'expire' : prompt.includes('broken') ? 'fail' : 'answer'
      }
    })

    test('go into the next batch; one that is wrong fails alone', async () => {
      const run = jobs()
      run.start(job(0), job(1, 'late'), job(2, 'broken'), job(3, 'refuse'))
      const made = await outcomes(run, [0, 1, 2, 3])
      expect(made.map(codeOf)).toEqual(['succeeded', 'overloaded', 'overloaded', 'invalid'])
      run.start(job(1, 'late', 2), job(2, 'broken', 2))
      expect((await outcomes(run, [1, 2], 2)).map(resultOf)).toEqual(['Echo: late', 'Echo: broken'])
      expect(promptsOf(1)).toEqual(['broken', 'late'])
      expect(billed()).toEqual(['broken', 'late', 'row 0'])
    })

    test('are asked online', async () => {
      const run = jobs({ fallback: 'online' })
      run.start(job(0), job(1, 'late'))
      expect((await outcomes(run, [0, 1])).map(resultOf)).toEqual(['Echo: row 0', 'Echo: late'])
      expect(billed()).toEqual(['late', 'row 0'])
      expect(server.all).toHaveLength(1)
    })

    test('fail with fallback: none', async () => {
      const run = jobs({ fallback: 'none' })
      run.start(job(1, 'late'))
      expect(codeOf(await run.inbox.outcome(1))).toBe('invalid')
    })
  })

  describe(`${vendor}: cancelling`, () => {
    const isWaiting = (run: ProviderJobs) => run.inbox.message(({ type }) => type === 'job.progress')

    test('the last job of a batch cancels it; sooner it goes on', async () => {
      server.isHeld = true
      const run = jobs()
      run.start(job(0), job(1))
      await isWaiting(run)
      run.cancel(0)
      expect(codeOf(await run.inbox.outcome(0))).toBe('cancelled')
      expect(server.all[0]!.isCancelled).toBe(false)
      run.cancel(1)
      expect(codeOf(await run.inbox.outcome(1))).toBe('cancelled')
      expect(server.all[0]!.isCancelled).toBe(true)
      expect(billed()).toEqual([])
    })

    test('a batch that somebody else cancels is not sent again in this run', async () => {
      server.isHeld = true
      const run = jobs()
      run.start(job(0))
      await isWaiting(run)
      server.end(server.all[0]!, true)
      expect(codeOf(await run.inbox.outcome(0))).toBe('invalid')
      expect(server.all).toHaveLength(1)
    })

    test('after the deadline the batch is ended', async () => {
      server.isHeld = true
      const run = jobs({ deadlineMs: 1, fallback: 'online' })
      run.start(job(0))
      expect(resultOf(await run.inbox.outcome(0))).toBe('Echo: row 0')
      expect(server.all[0]!.isCancelled).toBe(true)
      expect(billed()).toEqual(['row 0'])
    })
  })
}
