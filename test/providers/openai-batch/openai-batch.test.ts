import { beforeEach, describe, expect, test } from 'vitest'
import type { JobMessage, JobOutcome } from '../../../src/model/job.js'
import type { OutputRequest } from '../../../src/model/provider/provider.js'
import openAiBatch from '../../../src/providers/openai-batch/openai-batch.js'
import { assignment } from '../../support/jobs/job-fixture.js'
import { codeOf, resultOf } from '../../support/jobs/job-inbox.js'
import { ProviderJobs } from '../../support/jobs/provider-jobs.js'
import { API_KEY, OpenAiServer } from '../../support/servers/openai/openai-server.js'

let server: OpenAiServer
beforeEach(async () => {
  server = await OpenAiServer.start()
})

function jobs(config: object = {}, outputs?: Record<string, OutputRequest>): ProviderJobs {
  const usual = { apiKey: API_KEY, baseUrl: server.baseUrl, gatherMs: 20, pollMs: 5, prompt: '{{text}}' }
  return new ProviderJobs(openAiBatch, {
    model: 'gpt-5-mini',
    config: { ...usual, ...config },
    ...(outputs && { outputs }),
  })
}
const job = (number: number, text = `row ${number}`, attempt = 1) => assignment(number, { text }, { attempt })
const outcomes = (run: ProviderJobs, numbers: readonly number[], attempt = 1): Promise<JobOutcome[]> =>
  Promise.all(numbers.map(number => run.inbox.outcome(number, attempt)))
const isInBatch = (message: JobMessage, number: number): boolean =>
  message.type === 'job.checkpoint' && message.job === number && JSON.stringify(message).includes('batch_1')
const billed = () => server.bill.map(({ prompt }) => prompt).sort()
const calls = (at: string) => server.requests.filter(({ method, path }) => `${method} ${path}` === at).length

describe('a batch', () => {
  test('has the jobs that come together; each gets its own answer', async () => {
    const run = jobs({ system: 'Be brief.', maxOutputTokens: 50, body: { reasoning_effort: 'low' } })
    run.start(job(0), job(1), job(2))
    const made = await outcomes(run, [0, 1, 2])
    expect(made.map(resultOf)).toEqual(['Echo: row 0', 'Echo: row 1', 'Echo: row 2'])
    expect(made[0]).toMatchObject({
      usage: { inputTokens: 20, outputTokens: 10, cachedInputTokens: 4, reasoningTokens: 3 },
    })
    expect(server.batches.all).toMatchObject([{ endpoint: '/v1/chat/completions', completion_window: '24h' }])
    const [line] = server.batches.files.get('file-1')!.split('\n')
    expect(JSON.parse(line!)).toEqual({
      custom_id: expect.stringMatching(/^[0-9a-f]{64}$/),
      method: 'POST',
      url: '/v1/chat/completions',
      body: {
        model: 'gpt-5-mini',
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'row 0' },
        ],
        max_completion_tokens: 50,
        reasoning_effort: 'low',
      },
    })
    expect(billed()).toEqual(['row 0', 'row 1', 'row 2'])
  })

  test('is full at maxRequests, and at maxBytes', async () => {
    const run = jobs({ maxRequests: 2, gatherMs: 60_000 })
    run.start(job(0), job(1), job(2), job(3))
    expect((await outcomes(run, [0, 1, 2, 3])).map(codeOf)).toEqual(Array(4).fill('succeeded'))
    const sizes = server.batches.all.map(batch => server.batches.promptsOf(batch).length)
    expect(sizes).toEqual([2, 2])
    const small = jobs({ maxBytes: 400 })
    small.start(job(4), job(5, 'x'.repeat(500)), job(6))
    expect((await outcomes(small, [4, 5, 6])).map(codeOf)).toEqual(['succeeded', 'too_large', 'succeeded'])
    expect(server.batches.all).toHaveLength(4)
  })

  test('asks for JSON by a schema, or for embeddings', async () => {
    const schema = { type: 'object', properties: { title: { type: 'string' } } }
    const facts = jobs({ schema }, { Facts: { type: 'json' } })
    facts.start(job(0))
    expect(resultOf(await facts.inbox.outcome(0))).toEqual({ title: 'title of row 0' })
    const vectors = jobs({ task: 'embedding' }, { Vector: { type: 'json' } })
    vectors.start(job(0))
    expect(resultOf(await vectors.inbox.outcome(0))).toEqual([5, 0, 0.5])
    expect(server.batches.all[1]).toMatchObject({ endpoint: '/v1/embeddings' })
  })

  test('is polled by one poller, however many jobs wait', async () => {
    server.batches.isHeld = true
    const run = jobs()
    run.start(...Array.from({ length: 50 }, (_, number) => job(number)))
    await run.inbox.message(({ type }) => type === 'job.progress')
    server.batches.release()
    await outcomes(run, [0, 49])
    // Two states at least, and far fewer than one poll a job.
    expect(calls('GET /v1/batches/batch_1')).toBeLessThan(50)
  })
})

describe('nothing is submitted twice', () => {
  test('a job is in its checkpoint before the batch is created, and waits for it when restarted', async () => {
    server.batches.isHeld = true
    const first = jobs()
    first.start(job(0), job(1))
    for (const number of [0, 1]) await first.inbox.message(message => isInBatch(message, number))
    const second = jobs()
    for (const [number, checkpoint] of first.checkpoints) second.checkpoints.set(number, checkpoint)
    server.batches.release()
    second.start(job(0), job(1))
    expect((await outcomes(second, [0, 1])).map(resultOf)).toEqual(['Echo: row 0', 'Echo: row 1'])
    expect(server.batches.all).toHaveLength(1)
    expect(billed()).toEqual(['row 0', 'row 1'])
  })

  test('a batch whose answer was lost is found by its nonce', async () => {
    server.faults.push({ at: 'POST /v1/batches', cutAfterBytes: 'half' })
    const run = jobs()
    run.start(job(0), job(1))
    expect((await outcomes(run, [0, 1])).map(codeOf)).toEqual(['succeeded', 'succeeded'])
    expect(server.batches.all).toHaveLength(1)
  })

  test('a batch that was not created is created again', async () => {
    server.faults.push({ at: 'POST /v1/batches', isLost: true }, { at: 'POST /v1/batches', status: 503 })
    const run = jobs()
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).toBe('succeeded')
    expect(server.batches.all).toHaveLength(1)
    expect(calls('POST /v1/batches')).toBe(3)
  })

  test('a job that knows only the nonce finds the batch', async () => {
    server.batches.isHeld = true
    const first = jobs()
    first.start(job(0), job(1))
    await server.batches.created(1)
    const intents = first.inbox.messages.filter(({ type }) => type === 'job.checkpoint').slice(0, 2)
    expect(JSON.stringify(intents)).not.toContain('batch_1')
    const second = jobs()
    for (const intent of intents)
      if (intent.type === 'job.checkpoint') second.checkpoints.set(intent.job, intent.checkpoint)
    second.start(job(0), job(1))
    server.batches.release()
    expect((await outcomes(second, [0, 1])).map(codeOf)).toEqual(['succeeded', 'succeeded'])
    expect(server.batches.all).toHaveLength(1)
  })

  test('a record of an older version, without the number of requests, is resumed', async () => {
    server.batches.isHeld = true
    const first = jobs()
    first.start(job(0))
    await first.inbox.message(message => isInBatch(message, 0))
    const second = jobs()
    const { rowCount, ...older } = first.checkpoints.get(0) as Record<string, string | number>
    expect(rowCount).toBe(1)
    second.checkpoints.set(0, older)
    server.batches.release()
    second.start(job(0))
    expect(codeOf(await second.inbox.outcome(0))).toBe('succeeded')
    expect(server.batches.all).toHaveLength(1)
  })

  test('polls and downloads that fail are repeated; the jobs do not notice', async () => {
    const run = jobs()
    server.faults.push(
      { at: 'POST /v1/files', status: 500 },
      { at: 'GET /v1/batches/', status: 500 },
      { at: 'GET /v1/batches/', isLost: true },
      { at: 'GET /v1/batches/', status: 429, headers: { 'retry-after-ms': '5' } },
      { at: 'GET /v1/files/', cutAfterBytes: 'half' },
      { at: 'GET /v1/files/', status: 503 },
    )
    run.start(job(0), job(1))
    expect((await outcomes(run, [0, 1])).map(codeOf)).toEqual(['succeeded', 'succeeded'])
    expect(server.faults).toEqual([])
    expect(billed()).toEqual(['row 0', 'row 1'])
  })

  test('a key or a package that is missing does not make a job forget its batch', async () => {
    server.batches.isHeld = true
    const first = jobs()
    first.start(job(0))
    await first.inbox.message(message => isInBatch(message, 0))
    const second = jobs({ apiKey: 'sk-wrong' })
    second.checkpoints.set(0, first.checkpoints.get(0)!)
    second.start(job(0))
    const error = resultOf(await second.inbox.outcome(0))
    expect(error).toMatchObject({ code: 'overloaded', message: expect.stringMatching(/batch_1.*API key/) })
    expect(error).toMatchObject({ message: expect.not.stringContaining('sk-wrong') })
  })

  test('a refusal to create is what it is, for all its jobs', async () => {
    server.faults.push({ at: 'POST /v1/batches', status: 429, headers: { 'retry-after': '9' } })
    const run = jobs()
    run.start(job(0), job(1))
    const made = await outcomes(run, [0, 1])
    expect(made.map(resultOf)).toMatchObject(Array(2).fill({ code: 'rate_limited', retryAfterMs: 9_000 }))
    run.start(job(0, undefined, 2), job(1, undefined, 2))
    expect((await outcomes(run, [0, 1], 2)).map(codeOf)).toEqual(['succeeded', 'succeeded'])
    expect(server.batches.all).toHaveLength(1)
  })
})

describe('requests without an answer', () => {
  beforeEach(() => {
    server.batches.fate = (prompt, number) => {
      if (prompt.includes('refuse')) return 'refuse'
      if (number > 1) return 'answer'
      return prompt.includes('late') ? 'expire' : prompt.includes('broken') ? 'fail' : 'answer'
    }
  })

  test('go into the next batch', async () => {
    const run = jobs()
    run.start(job(0), job(1, 'late'), job(2, 'broken'), job(3, 'refuse'))
    const made = await outcomes(run, [0, 1, 2, 3])
    expect(made.map(codeOf)).toEqual(['succeeded', 'overloaded', 'overloaded', 'invalid'])
    run.start(job(1, 'late', 2), job(2, 'broken', 2))
    expect((await outcomes(run, [1, 2], 2)).map(resultOf)).toEqual(['Echo: late', 'Echo: broken'])
    expect(server.batches.all.map(batch => server.batches.promptsOf(batch))).toEqual([
      ['broken', 'late', 'refuse', 'row 0'],
      ['broken', 'late'],
    ])
    expect(billed()).toEqual(['broken', 'late', 'row 0'])
  })

  test('are asked online', async () => {
    const run = jobs({ fallback: 'online' })
    run.start(job(0), job(1, 'late'))
    expect((await outcomes(run, [0, 1])).map(resultOf)).toEqual(['Echo: row 0', 'Echo: late'])
    expect(server.bill.map(({ path, prompt }) => `${path} ${prompt}`)).toEqual([
      'batch row 0',
      '/v1/chat/completions late',
    ])
  })

  test('asked online in vain, they are asked online again', async () => {
    server.faults.push({ at: 'POST /v1/chat/completions', status: 429, headers: { 'retry-after': '2' } })
    const run = jobs({ fallback: 'online' })
    run.start(job(1, 'late'))
    expect(resultOf(await run.inbox.outcome(1))).toMatchObject({ code: 'rate_limited', retryAfterMs: 2_000 })
    run.start(job(1, 'late', 2))
    expect(codeOf(await run.inbox.outcome(1, 2))).toBe('succeeded')
    expect(server.batches.all).toHaveLength(1)
  })

  test('fail', async () => {
    const run = jobs({ fallback: 'none' })
    run.start(job(1, 'late'))
    expect(codeOf(await run.inbox.outcome(1))).toBe('invalid')
  })

  test('one that makes the whole batch fail does not take the others with it', async () => {
    server.batches.faults.push([{ code: 'invalid_body', line: 2, message: 'Bad model.' }])
    const run = jobs()
    run.start(job(0), job(1), job(2))
    const made = await outcomes(run, [0, 1, 2])
    expect(made.map(codeOf)).toEqual(['overloaded', 'invalid', 'overloaded'])
    run.start(job(0, undefined, 2), job(2, undefined, 2))
    expect((await outcomes(run, [0, 2], 2)).map(codeOf)).toEqual(['succeeded', 'succeeded'])
  })

  test('one whose service failed is sent again in another batch', async () => {
    server.batches.faults.push([{ code: 'server_error', message: 'The server had an error.' }])
    const run = jobs()
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).toBe('overloaded')
    run.start(job(0, undefined, 2))
    expect(codeOf(await run.inbox.outcome(0, 2))).toBe('succeeded')
  })

  test('a full queue of tokens is a reason to wait', async () => {
    server.batches.faults.push([{ code: 'token_limit_exceeded', message: 'Enqueued token limit reached.' }])
    const run = jobs()
    run.start(job(0))
    expect(resultOf(await run.inbox.outcome(0))).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 600_000,
    })
    run.start(job(0, undefined, 2))
    expect(codeOf(await run.inbox.outcome(0, 2))).toBe('succeeded')
  })

  test('after the deadline the batch is ended', async () => {
    server.batches.isHeld = true
    const run = jobs({ deadlineMs: 1, fallback: 'online' })
    run.start(job(0))
    expect(resultOf(await run.inbox.outcome(0))).toBe('Echo: row 0')
    expect(server.batches.all[0]!.status).toBe('cancelled')
    expect(server.bill).toMatchObject([{ path: '/v1/chat/completions' }])
  })
})

describe('an obstacle is no answer to a request', () => {
  test.each([
    ['for want of credit', 'broke'],
    ['for want of credit, without a response', 'unpaid'],
    ['for its key', 'keyless'],
  ] as const)('one that was refused %s is open in the next run', async (_, fate) => {
    server.batches.fate = (_prompt, number) => (number === 1 ? fate : 'answer')
    const run = jobs()
    run.start(job(0), job(1))
    expect((await outcomes(run, [0, 1])).map(codeOf)).toEqual(['auth', 'auth'])
    run.start(job(0, undefined, 2), job(1, undefined, 2))
    expect((await outcomes(run, [0, 1], 2)).map(codeOf)).toEqual(['succeeded', 'succeeded'])
    expect(server.batches.all.map(batch => server.batches.promptsOf(batch))).toEqual([
      ['row 0', 'row 1'],
      ['row 0', 'row 1'],
    ])
  })

  test('one on record that had no credit at the time is asked again at once', async () => {
    server.batches.isHeld = true
    const first = jobs()
    first.start(job(0))
    await first.inbox.message(message => isInBatch(message, 0))
    server.batches.fate = (_prompt, number) => (number === 1 ? 'broke' : 'answer')
    server.batches.release()
    const second = jobs()
    second.checkpoints.set(0, first.checkpoints.get(0)!)
    second.start(job(0))
    expect(codeOf(await second.inbox.outcome(0))).toBe('succeeded')
    expect(server.batches.all).toHaveLength(2)
  })

  test('a whole batch that was refused for want of credit says so, and is open', async () => {
    server.batches.faults.push([
      { code: 'billing_hard_limit_reached', message: 'Billing hard limit reached.' },
    ])
    const run = jobs()
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).toBe('auth')
    run.start(job(0, undefined, 2))
    expect(codeOf(await run.inbox.outcome(0, 2))).toBe('succeeded')
  })

  test('an answer that broke off is asked for again, in another batch', async () => {
    server.batches.fate = (_prompt, number) => (number === 1 ? 'break off' : 'answer')
    const run = jobs()
    run.start(job(0))
    expect(await run.inbox.outcome(0)).toMatchObject({ error: { code: 'overloaded' }, answer: 'A piece' })
    run.start(job(0, undefined, 2))
    expect(codeOf(await run.inbox.outcome(0, 2))).toBe('succeeded')
    expect(server.batches.all).toHaveLength(2)
  })
})

describe('what is on record and does not exist any more', () => {
  const ended = async () => {
    server.batches.isHeld = true
    const first = jobs()
    first.start(job(0))
    await first.inbox.message(message => isInBatch(message, 0))
    server.batches.release()
    const second = jobs()
    second.checkpoints.set(0, first.checkpoints.get(0)!)
    return second
  }

  test('a batch that is gone does not hold its jobs: they go into another one', async () => {
    const run = await ended()
    const gone = { status: 404, body: { error: { message: "No batch found with id 'batch_1'." } } }
    for (let count = 0; count < 3; count++) server.faults.push({ at: 'GET /v1/batches/batch_1', ...gone })
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).toBe('succeeded')
    expect(server.batches.all).toHaveLength(2)
    expect(run.inbox.messages).toContainEqual(expect.objectContaining({ type: 'job.log', level: 'warn' }))
  })

  test('answers that are gone are asked for again', async () => {
    const run = await ended()
    const gone = { status: 404, body: { error: { message: 'No such File object: file-2' } } }
    for (let count = 0; count < 3; count++) server.faults.push({ at: 'GET /v1/files/file-2', ...gone })
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).toBe('succeeded')
    expect(server.batches.all).toHaveLength(2)
  })

  test('a 404 that passes, or that a page says, changes nothing', async () => {
    const run = await ended()
    const at = 'GET /v1/batches/batch_1'
    server.faults.push({ at, status: 404, body: { error: { message: 'No batch.' } } })
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).toBe('succeeded')
    expect(server.batches.all).toHaveLength(1)
  })
})

describe('a file that the service has not read yet', () => {
  test.each([
    [404, { message: 'No such File object: file-1', type: 'invalid_request_error', param: 'input_file_id' }],
    [400, { message: 'The file file-1 is not in a ready state (status: pending).', code: 'invalidPayload' }],
  ])('is waited for when the batch is refused with %s', async (status, error) => {
    for (let count = 0; count < 2; count++)
      server.faults.push({ at: 'POST /v1/batches', status, body: { error } })
    const run = jobs()
    run.start(job(0), job(1))
    expect((await outcomes(run, [0, 1])).map(codeOf)).toEqual(['succeeded', 'succeeded'])
    expect(server.batches.all).toHaveLength(1)
    expect([calls('POST /v1/files'), calls('POST /v1/batches')]).toEqual([1, 3])
  })

  test('is waited for as long as it says so itself', async () => {
    const states = ['pending', 'running']
    server.batches.fileStatus = () => states.shift() ?? 'processed'
    const run = jobs()
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).toBe('succeeded')
    expect([calls('GET /v1/files/file-1'), calls('POST /v1/batches')]).toEqual([2, 1])
  })

  test('and cannot read at all fails its jobs before a batch is paid for', async () => {
    server.batches.fileStatus = () => 'error'
    const run = jobs()
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).toBe('invalid')
    expect(server.batches.all).toHaveLength(0)
  })

  test('makes a whole batch fail at times, whose jobs go into another one', async () => {
    server.batches.faults.push([{ code: 'invalid_file', message: 'The file was not found.' }])
    const run = jobs()
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).toBe('overloaded')
    run.start(job(0, undefined, 2))
    expect(codeOf(await run.inbox.outcome(0, 2))).toBe('succeeded')
  })
})

test('an answer counts, whatever other lines say of its request', async () => {
  const { files } = server.batches
  const get = files.get.bind(files)
  files.get = id => {
    const text = get(id)
    if (!text?.includes('"status_code"')) return text
    const other = { ...JSON.parse(text.split('\n', 1)[0]!), response: { status_code: 500, body: {} } }
    return `${JSON.stringify(other)}\n${text.trimEnd()}\n${JSON.stringify(other)}\n`
  }
  const run = jobs()
  run.start(job(0))
  expect(codeOf(await run.inbox.outcome(0))).toBe('succeeded')
})

test('a line of answers that is no JSON spoils no other', async () => {
  server.batches.fate = prompt => (prompt === 'row 1' ? 'expire' : 'answer')
  const files = server.batches.files
  const get = files.get.bind(files)
  files.get = id => {
    const text = get(id)
    return text?.includes('"status_code"') ? `{"custom_id": "x", "resp\n${text}` : text
  }
  const run = jobs()
  run.start(job(0), job(1))
  expect((await outcomes(run, [0, 1])).map(codeOf)).toEqual(['succeeded', 'overloaded'])
})

describe('cancelling', () => {
  const isWaiting = (run: ProviderJobs) => run.inbox.message(({ type }) => type === 'job.progress')

  test('the last job of a batch cancels it; sooner it goes on', async () => {
    server.batches.isHeld = true
    const run = jobs()
    run.start(job(0), job(1))
    await isWaiting(run)
    run.cancel(0)
    expect(codeOf(await run.inbox.outcome(0))).toBe('cancelled')
    expect(server.batches.all[0]!.status).toBe('in_progress')
    run.cancel(1)
    expect(codeOf(await run.inbox.outcome(1))).toBe('cancelled')
    expect(server.batches.all[0]!.status).toBe('cancelled')
    server.batches.release()
    run.start(job(0, undefined, 2), job(1, undefined, 2))
    expect((await outcomes(run, [0, 1], 2)).map(codeOf)).toEqual(['overloaded', 'overloaded'])
    run.start(job(0, undefined, 3), job(1, undefined, 3))
    expect((await outcomes(run, [0, 1], 3)).map(codeOf)).toEqual(['succeeded', 'succeeded'])
    expect(billed()).toEqual(['row 0', 'row 1'])
  })

  test('with onCancel: leave the batch goes on, and is waited for the next time', async () => {
    server.batches.isHeld = true
    const run = jobs({ onCancel: 'leave' })
    run.start(job(0))
    await isWaiting(run)
    run.cancel(0)
    await run.inbox.outcome(0)
    server.batches.release()
    run.start(job(0, undefined, 2))
    expect(codeOf(await run.inbox.outcome(0, 2))).toBe('succeeded')
    expect(server.batches.all).toHaveLength(1)
  })

  test('a timeout cancels nothing', async () => {
    server.batches.isHeld = true
    const config = { apiKey: API_KEY, baseUrl: server.baseUrl, gatherMs: 5, pollMs: 5, prompt: '{{text}}' }
    const run = new ProviderJobs(openAiBatch, { model: 'gpt-5-mini', config, timeoutMs: 400 })
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).toBe('timeout')
    server.batches.release()
    run.start(job(0, undefined, 2))
    expect(codeOf(await run.inbox.outcome(0, 2))).toBe('succeeded')
    expect(server.batches.all).toHaveLength(1)
  })

  test('a job that is cancelled while jobs gather is in no batch', async () => {
    const run = jobs({ gatherMs: 100 })
    run.start(job(0), job(1))
    run.cancel(0)
    expect(codeOf(await run.inbox.outcome(0))).toBe('cancelled')
    expect(codeOf(await run.inbox.outcome(1))).toBe('succeeded')
    expect(billed()).toEqual(['row 1'])
  })

  test('a batch that somebody else cancels is not sent again in this run', async () => {
    server.batches.isHeld = true
    const run = jobs()
    run.start(job(0))
    await isWaiting(run)
    const headers = { authorization: `Bearer ${API_KEY}` }
    await fetch(`${server.baseUrl}/batches/batch_1/cancel`, { method: 'POST', headers })
    expect(resultOf(await run.inbox.outcome(0))).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('was cancelled at the service'),
    })
  })
})
