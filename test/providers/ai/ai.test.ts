import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { JobAssignment } from '../../../src/model/job.js'
import type { BlobRef } from '../../../src/model/movie/event.js'
import type { Feedback } from '../../../src/model/provider/feedback.js'
import type { InputValue, OutputRequest } from '../../../src/model/provider/provider.js'
import ai from '../../../src/providers/ai/ai.js'
import { solidPng } from '../../../src/providers/simulate/png.js'
import { silentWav } from '../../../src/providers/simulate/silent-wav.js'
import { codeOf } from '../../support/jobs/job-inbox.js'
import { type ProviderRun, runProvider, valuesOf } from '../../support/jobs/provider-run.js'
import { startLoopback } from '../../support/servers/loopback-server.js'
import { API_KEY, OpenAiServer } from '../../support/servers/openai/openai-server.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

let server: OpenAiServer
beforeEach(async () => {
  server = await OpenAiServer.start()
})

interface Call {
  model?: string
  config?: object
  outputs?: Record<string, OutputRequest>
  inputs?: Record<string, InputValue>
  blobs?: MemoryBlobs
  job?: Partial<JobAssignment>
  timeoutMs?: number
}

async function call({
  model = 'compatible/small',
  config,
  outputs,
  inputs = {},
  blobs,
  job,
  timeoutMs = 20_000,
}: Call): Promise<ProviderRun> {
  const template = {
    model,
    timeoutMs,
    config: { apiKey: API_KEY, baseUrl: server.baseUrl, ...config },
    ...(outputs && { outputs }),
  }
  return await runProvider(ai, template, { inputs, ...job }, blobs ? { blobs } : {})
}
const values = async (given: Call) => valuesOf((await call(given)).outcome)
const errorOf = ({ outcome }: ProviderRun) => (outcome.state === 'failed' ? outcome.error : undefined)
const usageOf = ({ outcome }: ProviderRun) => (outcome.state === 'succeeded' ? outcome.usage : undefined)

/** Usage of an answer that was paid for, whatever it was good for. */
const COUNTED = { inputTokens: expect.any(Number), outputTokens: expect.any(Number) }

describe('asked again', () => {
  const feedback: readonly Feedback[] = [
    { from: 'check', reason: 'Text is too long', outputs: { Out: 'A long one' }, attempt: 1, at: '' },
    { from: 'review', reason: 'Less rain', outputs: { Out: 'A short one' }, attempt: 2, at: '' },
  ]
  const sent = () => JSON.parse(server.requests.at(-1)!.body.toString()).messages

  test('goes on with the conversation: the rejected answers, and why', async () => {
    await call({ config: { prompt: 'About {{subject}}' }, inputs: { subject: 'rain' }, job: { feedback } })
    expect(sent().map(({ role }: { role: string }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
    ])
    expect(JSON.stringify(sent()[1])).toContain('A long one')
    expect(JSON.stringify(sent()[2])).toContain('Text is too long')
    expect(JSON.stringify(sent()[4])).toContain('Less rain')
  })

  test('shows an answer that could not be used as it was', async () => {
    const unusable: Feedback = {
      from: 'provider',
      reason: 'It is not JSON',
      answer: 'Sure!',
      attempt: 1,
      at: '',
    }
    await call({ inputs: { prompt: 'Hi' }, job: { feedback: [unusable] } })
    expect(sent().map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'user'])
    expect(JSON.stringify(sent()[1])).toContain('Sure!')
    expect(JSON.stringify(sent()[2])).toContain('It is not JSON')
  })

  test('leaves it to a prompt that names it', async () => {
    const prompt = 'About {{subject}}.{{#feedback}} Not: {{reason}}.{{/feedback}}'
    await call({ config: { prompt }, inputs: { subject: 'rain' }, job: { feedback } })
    expect(sent()).toHaveLength(1)
    expect(JSON.stringify(sent())).toContain('About rain. Not: Text is too long. Not: Less rain.')
  })
})

describe('text', () => {
  test('a template of which no name is an input is not paid for; one that lacks some is told of', async () => {
    const wrong = await call({
      config: { prompt: 'About {{name}}, {{place.city}}' },
      inputs: { prompt: 'x' },
    })
    expect(errorOf(wrong)).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('config.prompt names name, place, but the inputs are prompt'),
    })
    expect(server.requests).toHaveLength(0)
    const optional = await call({
      config: { prompt: '{{name}} {{#of}}{{city}}{{/of}} {{style}}' },
      inputs: { name: 'x' },
    })
    expect(optional.outcome.state).toBe('succeeded')
    const warnings = optional.inbox.messages.filter(({ type }) => type === 'job.log')
    expect(warnings).toMatchObject([{ level: 'warn', message: expect.stringContaining('style') }])
  })

  test('of a prompt template, with what the model counted', async () => {
    const run = await call({
      config: {
        prompt: 'A haiku about {{subject}}',
        system: 'Be {{mood}}.',
        temperature: 0.5,
        maxOutputTokens: 90,
      },
      inputs: { subject: 'rain', mood: 'brief' },
    })
    expect(valuesOf(run.outcome)).toEqual({ Text: 'Echo: A haiku about rain' })
    expect(usageOf(run)).toEqual({
      inputTokens: 20,
      outputTokens: 10,
      cachedInputTokens: 4,
      reasoningTokens: 3,
    })
    expect(run.inbox.settledOf(0)[0]!.limits?.requests).toEqual({ limit: 500, remaining: 499, resetMs: 120 })
    expect(server.bodies('/v1/chat/completions')).toEqual([
      {
        model: 'small',
        max_tokens: 90,
        temperature: 0.5,
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'A haiku about rain' },
        ],
      },
    ])
  })

  test('of the inputs prompt and system, or of messages', async () => {
    expect(await values({ inputs: { prompt: 'Hi', system: 'Be kind.' } })).toEqual({ Text: 'Echo: Hi' })
    const messages = [
      { role: 'system', content: 'One' },
      { role: 'user', content: ['Two'] },
      { role: 'assistant', content: 'Three' },
      { role: 'user', content: 'Four' },
    ]
    expect(await values({ inputs: { messages } })).toEqual({ Text: 'Echo: Four' })
    const [, second] = server.bodies('/v1/chat/completions') as [unknown, { messages: object[] }]
    expect(second.messages).toEqual([
      { role: 'system', content: 'One' },
      { role: 'user', content: 'Two' },
      { role: 'assistant', content: 'Three' },
      { role: 'user', content: 'Four' },
    ])
  })

  test('images among the inputs go with the prompt', async () => {
    const blobs = new MemoryBlobs()
    const image = await blobs.put(solidPng(4, 4, [1, 2, 3], 0), 'image/png')
    const page = await blobs.put(Buffer.from('of a fox'), 'text/plain')
    const inputs = { prompt: 'Describe it', image, page }
    await values({ inputs, blobs })
    await values({ inputs, blobs, config: { prompt: 'A picture {{page}}', attach: [] } })
    const [first, second] = server.bodies('/v1/chat/completions') as { messages: { content: unknown }[] }[]
    expect(first!.messages[0]!.content).toEqual([
      { type: 'text', text: 'Describe it' },
      { type: 'image_url', image_url: { url: expect.stringMatching(/^data:image\/png;base64,iVBOR/) } },
    ])
    expect(second!.messages[0]!.content).toBe('A picture of a fox')
  })

  test("OpenAI's own package: its responses API, or chat completions", async () => {
    const model = 'openai/gpt-5-mini'
    expect(await values({ model, inputs: { prompt: 'Hi' } })).toEqual({ Text: 'Echo: Hi' })
    expect(await values({ model, inputs: { prompt: 'Ho' }, config: { api: 'chat' } })).toEqual({
      Text: 'Echo: Ho',
    })
    expect(server.bill.map(({ path, model }) => [path, model])).toEqual([
      ['/v1/responses', 'gpt-5-mini'],
      ['/v1/chat/completions', 'gpt-5-mini'],
    ])
  })

  test('a model id with slashes is whole with config.vendor, or without a vendor before it', async () => {
    await values({ model: 'Qwen/Qwen3-8B', inputs: { prompt: 'Hi' } })
    await values({ model: 'meta/llama', config: { vendor: 'compatible' }, inputs: { prompt: 'Hi' } })
    expect(server.bill.map(({ model }) => model)).toEqual(['Qwen/Qwen3-8B', 'meta/llama'])
  })

  test('a text that was cut is kept, with a warning; nothing at all is not', async () => {
    const run = await call({ inputs: { prompt: 'cut this' } })
    expect(valuesOf(run.outcome)).toEqual({ Text: 'Echo:' })
    await run.inbox.log('The answer was cut at the limit of tokens.')
    expect(errorOf(await call({ inputs: { prompt: '<>' } }))).toMatchObject({ code: 'rejected' })
  })

  const TOOL = { id: 't', type: 'function', function: { name: 'look', arguments: '{}' } }
  const piece = (choice: object) => ({
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'The fox went to' }, ...choice }],
    usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
  })
  test.each([
    ['error', { finish_reason: 'error', error: { code: 502, message: 'Upstream broke off' } }, 'overloaded'],
    ['an error beside a good end', { finish_reason: 'stop', error: { message: 'cut' } }, 'overloaded'],
    ['an end that nobody knows', { finish_reason: 'load_shed' }, 'rejected'],
    ['no end', { finish_reason: null }, undefined],
    ['no word of an end', {}, undefined],
    ['an empty word', { finish_reason: '' }, undefined],
    ['a tool that nobody called', { finish_reason: 'tool_calls' }, undefined],
    [
      'a call of a tool',
      {
        finish_reason: 'tool_calls',
        message: { role: 'assistant', content: 'The fox went to', tool_calls: [TOOL] },
      },
      'rejected',
    ],
    ['an end of another dialect', { finish_reason: 'eos' }, undefined],
    ['a limit of another dialect', { finish_reason: 'model_length' }, undefined],
  ])('a piece of a text is no result, and kept to look at: %s', async (_, choice, code) => {
    for (const model of ['compatible/small', 'openai/small']) {
      server.faults.push({ status: 200, body: piece(choice) })
      const run = await call({ model, config: { api: 'chat' }, inputs: { prompt: 'Hi' } })
      expect(errorOf(run)?.code).toBe(code)
      if (code === undefined) expect(valuesOf(run.outcome)).toEqual({ Text: 'The fox went to' })
      else expect(run.outcome).toMatchObject({ answer: 'The fox went to' })
    }
  })

  test('an answer whose end nobody says is cut where it has as many tokens as it may', async () => {
    for (const [maxOutputTokens, isCut] of [
      [5, true],
      [6, false],
    ] as const) {
      server.faults.push({ status: 200, body: piece({}) })
      const run = await call({ inputs: { prompt: 'Hi' }, config: { maxOutputTokens } })
      expect(valuesOf(run.outcome)).toEqual({ Text: 'The fox went to' })
      const warnings = run.inbox.messages.filter(message => message.type === 'job.log')
      expect(warnings.some(message => JSON.stringify(message).includes('limit of tokens'))).toBe(isCut)
    }
  })

  test.each([
    ['{"a": 1}', undefined, 'succeeded'],
    ['```json\n{"a": 1}\n```', 'load_shed', 'succeeded'],
    ['{"a": 1', undefined, 'rejected'],
    ['12', 'load_shed', 'rejected'],
    ['', undefined, 'overloaded'],
  ])('JSON that is whole needs no good end: %j', async (content, finish_reason, code) => {
    const message = { role: 'assistant', content }
    server.faults.push({ status: 200, body: piece({ message, finish_reason }) })
    const run = await call({ inputs: { prompt: 'Hi' }, outputs: { Out: { type: 'json' } } })
    expect(codeOf(run.outcome)).toBe(code)
  })

  test('counts that are texts are counts, and null is none', async () => {
    const usage = { prompt_tokens: '5', completion_tokens: null, total_tokens: '5' }
    server.faults.push({ status: 200, body: { ...piece({ finish_reason: 'stop' }), usage } })
    const { outcome } = await call({ inputs: { prompt: 'Hi' } })
    expect(outcome).toMatchObject({ state: 'succeeded', usage: { inputTokens: 5 } })
    expect(outcome.usage).not.toHaveProperty('outputTokens')
  })

  test('an answer that its service breaks off is no answer of the model', async () => {
    server.faults.push({ status: 200, body: piece({ finish_reason: 'error' }) })
    const run = await call({ inputs: { prompt: 'Hi' } })
    expect(errorOf(run)?.code).toBe('overloaded')
    expect(run.inbox.messages).toContainEqual(expect.objectContaining({ checkpoint: {}, isOver: true }))
  })

  test('a response that failed without a reason is no result', async () => {
    const output = [
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'incomplete',
        content: [{ type: 'output_text', text: 'The fox', annotations: [] }],
      },
    ]
    const body = { id: 'r', object: 'response', created_at: 1, model: 'm', status: 'cancelled', output }
    server.faults.push({ status: 200, body: { ...body, usage: { input_tokens: 1, output_tokens: 1 } } })
    const run = await call({ model: 'openai/small', inputs: { prompt: 'Hi' } })
    expect(run.outcome).toMatchObject({ error: { code: 'overloaded' }, answer: 'The fox' })
  })

  test('an answer in another encoding is the text that it is', async () => {
    const content = { index: 0, message: { role: 'assistant', content: 'Füchse' }, finish_reason: 'stop' }
    server.faults.push({
      status: 200,
      headers: { 'content-type': 'application/json; charset=ISO-8859-1' },
      body: Buffer.from(JSON.stringify(piece(content)), 'latin1'),
    })
    expect(await values({ inputs: { prompt: 'Hi' } })).toEqual({ Text: 'Füchse' })
  })

  test('reasoning before an answer is no part of it; a fence around a document neither', async () => {
    expect(await values({ inputs: { prompt: '<<think>hm</think>\n\nFox>' } })).toEqual({ Text: 'Fox' })
    const page = await call({
      outputs: { Page: { type: 'text/html' } },
      inputs: { prompt: '<```html\n<p>Fox</p>\n```>' },
    })
    expect(page.blobs.text(valuesOf(page.outcome).Page as BlobRef)).toBe('<p>Fox</p>')
  })
})

test("another vendor's package is found by its name", async () => {
  const { url } = await startLoopback(({ path, headers }) => {
    const isRight = path === '/messages' && headers['x-api-key'] === API_KEY
    const busy = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
    if (!isRight) return { status: 404 }
    const limits = {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
    }
    return { status: 529, headers: limits, body: busy }
  })
  const model = 'anthropic/claude-haiku-4-5'
  const run = await call({ model, config: { baseUrl: url }, inputs: { prompt: 'Hi' } })
  expect(errorOf(run)?.code).toBe('overloaded')
  expect(run.inbox.settledOf(0)[0]!.limits?.requests).toEqual({ limit: 50, remaining: 0 })
})

describe('JSON', () => {
  const schema = { type: 'object', properties: { title: { type: 'string' }, year: { type: 'integer' } } }
  const outputs = { Facts: { type: 'json' } }

  test('of a schema, which the service is asked to hold strictly', async () => {
    const made = await values({ outputs, config: { schema }, inputs: { prompt: 'Fox' } })
    expect(made).toEqual({ Facts: { title: 'title of Fox', year: 'year of Fox'.length } })
    expect(server.bodies('/v1/chat/completions')[0]).toMatchObject({
      response_format: {
        type: 'json_schema',
        json_schema: {
          strict: true,
          schema: { ...schema, required: ['title', 'year'], additionalProperties: false },
        },
      },
    })
  })

  test('several outputs, and lists over loops, are properties of one answer', async () => {
    const several = {
      Title: { type: 'text' },
      Age: { type: 'number' },
      Scenes: { type: 'text', count: 3 },
    }
    expect(await values({ outputs: several, inputs: { prompt: 'Fox' } })).toEqual({
      Title: 'Title of Fox',
      Age: 'Age of Fox'.length,
      Scenes: ['Scenes of Fox 0', 'Scenes of Fox 1', 'Scenes of Fox 2'],
    })
    const shaped = { Title: { type: 'text' }, Facts: { type: 'json' } }
    const whole = { type: 'object', properties: { title: { type: 'string' }, facts: schema } }
    expect(await values({ outputs: shaped, config: { schema: whole }, inputs: { prompt: 'Fox' } })).toEqual({
      Title: 'title of Fox',
      Facts: { title: expect.stringContaining('title'), year: expect.any(Number) },
    })
  })

  test('lists and numbers are wrapped in an object for the service', async () => {
    const list = { type: 'array', items: { type: 'string' } }
    expect(await values({ outputs, config: { schema: list }, inputs: { prompt: 'Fox' } })).toEqual({
      Facts: ['value of Fox 0', 'value of Fox 1'],
    })
    expect(await values({ outputs: { Age: { type: 'number' } }, inputs: { prompt: 'Fox' } })).toEqual({
      Age: 12,
    })
  })

  test('without a schema it is any JSON, also in a Markdown fence', async () => {
    expect(await values({ outputs, inputs: { prompt: '<{"a": [1]}>' } })).toEqual({ Facts: { a: [1] } })
    const file = await call({ outputs: { Facts: { type: 'application/json' } }, inputs: { prompt: '<"x">' } })
    expect(file.blobs.text(valuesOf(file.outcome).Facts as BlobRef)).toBe('"x"')
    expect(await values({ outputs, inputs: { prompt: '<```json\n{"a": 2}\n```>' } })).toEqual({
      Facts: { a: 2 },
    })
  })

  test.each([
    ['<think>maybe {"title": "x"}</think>{"title": "Fox", "year": 1}', { title: 'Fox', year: 1 }],
    ['Here you are: ```JSON {"title": "Fox", "year": 1,}``` Bye', { title: 'Fox', year: 1 }],
  ])('it is found in %s, without another call', async (text, facts) => {
    const made = await values({ outputs, config: { schema }, inputs: { prompt: `<${text}>` } })
    expect(made).toEqual({ Facts: facts })
    expect(server.requests).toHaveLength(1)
  })

  test('a value may come without the object that a service wants around it', async () => {
    expect(await values({ outputs: { Age: { type: 'number' } }, inputs: { prompt: '<42>' } })).toEqual({
      Age: 42,
    })
  })

  test('an answer that does not fit is rejected, with what is wrong and what it was', async () => {
    const inputs = { prompt: '<{"title": 5, "year": 1}>' }
    const first = await call({ outputs, config: { schema }, inputs })
    expect(errorOf(first)).toMatchObject({ code: 'rejected', message: expect.stringContaining('title') })
    expect(first.outcome).toMatchObject({ answer: '{"title": 5, "year": 1}', usage: COUNTED })
  })

  test('JSON that was cut at the limit says so', async () => {
    const error = errorOf(await call({ outputs, config: { schema }, inputs: { prompt: 'cut' } }))
    expect(error).toMatchObject({ code: 'too_large', message: expect.stringContaining('maxOutputTokens') })
  })
})

describe('other tasks', () => {
  const model = 'openai/tiny'

  test('images: as many as the loop has, in one call', async () => {
    const run = await call({
      model: 'openai/gpt-image-1',
      config: { prompt: 'A {{animal}}', size: '64x64' },
      inputs: { animal: 'fox' },
      outputs: { Image: { type: 'image/png', count: 3 } },
    })
    expect(valuesOf(run.outcome).Image).toHaveLength(3)
    expect(usageOf(run)).toEqual({ images: 3, inputTokens: 7, outputTokens: 40 })
    expect(server.bodies('/v1/images/generations')).toEqual([
      expect.objectContaining({ prompt: 'A fox', n: 3, size: '64x64' }),
    ])
  })

  test('an image from an image', async () => {
    const blobs = new MemoryBlobs()
    const image = await blobs.put(solidPng(4, 4, [1, 2, 3], 0), 'image/png')
    const made = await values({
      model: 'openai/gpt-image-1',
      inputs: { prompt: 'In red', image },
      outputs: { Image: { type: 'image/*' } },
      blobs,
    })
    expect(made.Image).toMatchObject({ mimeType: 'image/png' })
    expect(server.bill.map(({ path }) => path)).toEqual(['/v1/images/edits'])
  })

  test('speech, and its transcription', async () => {
    const run = await call({
      model,
      config: { prompt: 'Hello {{name}}', voice: 'alloy' },
      inputs: { name: 'Ada' },
      outputs: { Speech: { type: 'audio/wav' } },
    })
    expect(valuesOf(run.outcome).Speech).toMatchObject({ mimeType: 'audio/wav', sizeBytes: 44 + 2 * 9 })
    expect(usageOf(run)).toEqual({ characters: 9 })
    expect(server.bodies('/v1/audio/speech')).toEqual([
      expect.objectContaining({ input: 'Hello Ada', voice: 'alloy', response_format: 'wav' }),
    ])
    const blobs = new MemoryBlobs()
    const recording = await blobs.put(silentWav(9), 'audio/wav')
    const heard = await call({
      model: 'openai/whisper-1',
      config: { task: 'transcription' },
      inputs: { recording },
      blobs,
    })
    expect(valuesOf(heard.outcome)).toEqual({ Text: 'The fox speaks.' })
    expect(usageOf(heard)).toEqual({ seconds: 2.5 })
  })

  test('embeddings: of a prompt, or of many texts', async () => {
    const outputs = { Vector: { type: 'json' } }
    const config = { task: 'embedding', prompt: '{{word}}!' }
    const run = await call({ config, outputs, inputs: { word: 'fox' } })
    expect(valuesOf(run.outcome)).toEqual({ Vector: [4, 0, 0.5] })
    expect(usageOf(run)).toEqual({ inputTokens: 2 })
    const many = { config: { task: 'embedding' }, inputs: { texts: ['a', 'bcd'] } }
    expect(await values({ ...many, outputs })).toEqual({
      Vector: [
        [1, 0, 0.5],
        [3, 1, 0.5],
      ],
    })
  })
})

describe('failures', () => {
  const inputs = { prompt: 'Hi' }
  const refused = (code: string, message = 'No.') => ({ error: { message, type: code, code } })

  test.each([
    ['retry-after', { 'retry-after': '7' }, 7_000],
    ['retry-after-ms', { 'retry-after-ms': '350', 'retry-after': '1' }, 350],
    ['no delay', {}, undefined],
  ])('429 with %s', async (_, headers, retryAfterMs) => {
    server.faults.push({ status: 429, headers, body: refused('rate_limit_exceeded') })
    const error = errorOf(await call({ inputs }))
    expect(error?.code).toBe('rate_limited')
    expect(error?.retryAfterMs).toBe(retryAfterMs)
    // Neither the SDK nor the provider has asked again on its own.
    expect(server.requests).toHaveLength(1)
  })

  test('what a 429 says of limits reaches the engine', async () => {
    const headers = {
      'x-ratelimit-limit-tokens': '1000',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '6m0s',
    }
    server.faults.push({ status: 429, headers, body: refused('rate_limit_exceeded') })
    const { inbox } = await call({ inputs })
    expect(inbox.settledOf(0)[0]!.limits).toEqual({ tokens: { limit: 1000, remaining: 0, resetMs: 360_000 } })
  })

  test.each([
    ['auth', 429, refused('insufficient_quota')],
    ['too_large', 400, refused('context_length_exceeded')],
    ['content', 400, refused('content_policy_violation')],
    ['invalid', 404, refused('model_not_found')],
    ['overloaded', 500, refused('server_error')],
    ['overloaded', 503, 'upstream connect error'],
    ['overloaded', 200, 'not JSON at all'],
  ])('%s is HTTP %s %s', async (code, status, body) => {
    server.faults.push({ status, body })
    expect(errorOf(await call({ inputs }))?.code).toBe(code)
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    ['before', { isLost: true }],
    ['within', { cutAfterBytes: 'half' }],
  ] as const)('a connection that is cut %s the answer is network', async (_, fault) => {
    server.faults.push(fault)
    expect(errorOf(await call({ inputs }))?.code).toBe('network')
  })

  test('a body that does not end is left at the timeout', async () => {
    const gone = new Promise<void>(resolve => server.faults.push({ stall: resolve }))
    const error = errorOf(await call({ inputs, timeoutMs: 200 }))
    expect(error).toMatchObject({ code: 'timeout', message: 'No result within 200 ms.' })
    await gone
  })

  test('a content filter', async () => {
    expect(errorOf(await call({ inputs: { prompt: 'filter' } }))?.code).toBe('content')
  })

  test('keys: a wrong one is not repeated, a missing one is asked for', async () => {
    const wrong = errorOf(await call({ inputs, config: { apiKey: 'sk-wrong' } }))
    expect(wrong).toMatchObject({ code: 'auth', message: expect.not.stringContaining('sk-wrong') })
    vi.stubEnv('OPENAI_API_KEY', undefined)
    onTestFinished(() => void vi.unstubAllEnvs())
    const missing = errorOf(await runProvider(ai, { model: 'openai/tiny', config: {} }, { inputs }))
    expect(missing).toMatchObject({ code: 'auth', message: expect.stringContaining('OPENAI_API_KEY') })
  })

  test.each([
    ['npm install @ai-sdk/nobody@3', { model: 'nobody/small' }],
    ['write compatible/meta/llama', { model: 'meta/llama' }],
    ['names no vendor', { model: 'small', config: { baseUrl: undefined } }],
    ['config.baseUrl', { config: { baseUrl: undefined } }],
    ['nothing to ask', { inputs: {} }],
    ['config.schema', { outputs: { A: { type: 'text' }, B: { type: 'json' } } }],
    ['image/png', { outputs: { A: { type: 'text' }, B: { type: 'image/png' } } }],
    ['has no speechModel', { outputs: { A: { type: 'audio/wav' } } }],
    ['one recording', { config: { task: 'transcription' } }],
    ['config.tsk', { config: { tsk: 'text' } }],
  ])('invalid: %s', async (words, given) => {
    const error = errorOf(await call({ inputs, ...given }))
    expect(error?.code).toBe('invalid')
    expect(error?.message).toContain(words.replace('config.tsk', 'tsk'))
    expect(server.bill).toEqual([])
  })
})
