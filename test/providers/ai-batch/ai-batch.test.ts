import { describe, expect, test } from 'vitest'
import aiBatch from '../../../src/providers/ai-batch/ai-batch.js'
import { batchJobs, describeBatches } from '../../contract/batch-contract.js'
import { assignment } from '../../support/jobs/job-fixture.js'
import { codeOf, resultOf } from '../../support/jobs/job-inbox.js'
import { ProviderJobs } from '../../support/jobs/provider-jobs.js'
import { AnthropicServer } from '../../support/servers/batches/anthropic-server.js'
import { GoogleServer } from '../../support/servers/batches/google-server.js'
import { API_KEY, OpenAiServer } from '../../support/servers/openai/openai-server.js'

const CLAUDE = 'anthropic/claude-test'
const GEMINI = 'google/gemini-test'

describeBatches('anthropic', () => new AnthropicServer().listen(), CLAUDE)
describeBatches('google', () => new GoogleServer().listen(), GEMINI)

const job = (number: number, text = `row ${number}`) => assignment(number, { text })

describe('anthropic', () => {
  test('gets the fields of a message', async () => {
    const server = await new AnthropicServer().listen()
    const run = batchJobs(server, CLAUDE, {
      system: 'Be brief.',
      maxOutputTokens: 50,
      topK: 3,
      stopSequences: ['END'],
      body: { thinking: { type: 'disabled' } },
    })
    run.start(job(0))
    await run.inbox.outcome(0)
    expect(server.all[0]!.rows[0]!.body).toEqual({
      model: 'claude-test',
      max_tokens: 50,
      system: 'Be brief.',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'row 0' }] }],
      top_k: 3,
      stop_sequences: ['END'],
      thinking: { type: 'disabled' },
    })
  })

  test('is told of a length that it cannot promise, and the answer is held to it', async () => {
    const server = await new AnthropicServer().listen()
    const schema = { type: 'object', properties: { title: { type: 'string', maxLength: 3 } } }
    const run = batchJobs(server, CLAUDE, { schema }, { Facts: { type: 'json' } })
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).not.toBe('succeeded')
    expect(server.all[0]!.rows[0]!.body).toMatchObject({
      output_config: {
        format: { schema: { properties: { title: { type: 'string', description: '{"maxLength":3}' } } } },
      },
    })
  })

  test('does not take the batch of somebody else for one that was lost, nor pays twice while that one runs', async () => {
    const server = await new AnthropicServer().listen()
    const body = { model: 'claude-test', messages: [{ content: [{ text: 'other' }] }] }
    server.add('', [{ id: 'mine-1', prompt: 'other', body }])
    server.isHeld = true
    server.faults.push({ at: server.places.create, isLost: true })
    const run = batchJobs(server, CLAUDE)
    run.start(job(0))
    while (server.calls(server.places.list) < 5) await server.requestSeen()
    expect(server.calls(server.places.create)).toBe(1)
    server.isHeld = false
    expect(resultOf(await run.inbox.outcome(0))).toBe('Echo: row 0')
    expect(server.all.map(({ rows }) => rows[0]!.prompt)).toEqual(['other', 'row 0'])
  })
})

describe('google', () => {
  test('gets the fields of a request to generate content', async () => {
    const server = await new GoogleServer().listen()
    const run = batchJobs(server, GEMINI, {
      system: 'Be brief.',
      temperature: 0,
      seed: 7,
      body: { safetySettings: [], generationConfig: { candidateCount: 1 } },
    })
    run.start(job(0))
    await run.inbox.outcome(0)
    expect(server.all[0]!.rows[0]!.body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'row 0' }] }],
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      generationConfig: { temperature: 0, seed: 7, candidateCount: 1 },
      safetySettings: [],
    })
  })

  test.each(['keyless', 'file'] as const)('answers that are %s find their requests', async output => {
    const server = await new GoogleServer().listen()
    server.output = output
    const run = batchJobs(server, GEMINI)
    run.start(job(0), job(1), job(2))
    const made = await Promise.all([0, 1, 2].map(number => run.inbox.outcome(number)))
    expect(made.map(resultOf)).toEqual(['Echo: row 0', 'Echo: row 1', 'Echo: row 2'])
  })
})

describe('openai', () => {
  test.each(['openai/gpt-5-mini', 'compatible/gpt-5-mini'])('%s goes by its batches', async model => {
    const server = await OpenAiServer.start()
    const config = { apiKey: API_KEY, baseUrl: server.baseUrl, gatherMs: 20, pollMs: 5, prompt: '{{text}}' }
    const run = new ProviderJobs(aiBatch, { model, config: { ...config, stopSequences: ['END'] } })
    run.start(job(0), job(1))
    const made = await Promise.all([0, 1].map(number => run.inbox.outcome(number)))
    expect(made.map(resultOf)).toEqual(['Echo: row 0', 'Echo: row 1'])
    const [line] = server.batches.files.get('file-1')!.split('\n')
    expect(JSON.parse(line!)).toMatchObject({ body: { model: 'gpt-5-mini', stop: ['END'] } })
  })
})

describe('a mistake is seen before anything is called', () => {
  const config = { prompt: 'x', apiKey: 'k' }
  const check = (model: string, more: object) =>
    aiBatch.check!({
      config: { ...config, ...more },
      model,
      inputs: [],
      outputs: { Text: { type: 'text', isList: false } },
      baseFolder: '/',
    }).map(({ path }) => path.join('.'))

  test.each([
    [CLAUDE, { seed: 1 }, ['seed']],
    ['openai/gpt-5-mini', { topK: 1 }, ['topK']],
    [GEMINI, { task: 'embedding' }, ['task']],
    [GEMINI, { seed: 1, topK: 1 }, []],
  ])('%s with %j', (model, more, paths) => {
    expect(check(model, more)).toEqual(paths)
  })

  test.each(['mistral/large', 'gpt-5-mini', undefined])('the model %s has no batches', async model => {
    const run = new ProviderJobs(aiBatch, { ...(model !== undefined && { model }), config })
    run.start(job(0))
    expect(codeOf(await run.inbox.outcome(0))).toBe('invalid')
  })
})
