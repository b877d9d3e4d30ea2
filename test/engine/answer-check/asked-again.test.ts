import { expect, test } from 'vitest'
import type { BlueprintDefinition, ModuleProvider } from '../../../dist/index.js'
import { runAll, testEngine, valuesIn } from '../../support/engine-fixture.js'
import { AnthropicServer } from '../../support/servers/batches/anthropic-server.js'
import { GoogleServer } from '../../support/servers/batches/google-server.js'
import { FalServer } from '../../support/servers/fal-server.js'
import { startLoopback } from '../../support/servers/loopback-server.js'
import { API_KEY, OpenAiServer } from '../../support/servers/openai/openai-server.js'
import { REPLICATE_TOKEN, ReplicateServer } from '../../support/servers/replicate-server.js'

const REASON = 'Sing of the rain.'
const ROWS = 3

/** Accepts what an echo says once it has heard the reason. */
const poems = (config: object = {}): BlueprintDefinition => ({
  name: 'poems',
  loops: { n: { count: ROWS } },
  producers: {
    Poem: {
      loop: 'n',
      provider: 'writer',
      with: { text: 'poem ${index.n}' },
      config: config as never,
      outputs: { Text: 'text' },
      check: { that: { value: '${outputs.Text}', contains: 'rain', reason: REASON }, attempts: 2 },
    },
  },
})

async function poemsBy(provider: ModuleProvider, config?: object): Promise<unknown[]> {
  const engine = await testEngine({ store: 'memory:', providers: { writer: provider } })
  const result = await runAll(engine, { blueprint: poems(config) })
  expect(result.rejections).toMatchObject({ count: ROWS })
  return Object.values(await valuesIn(engine, 'poems'))
}

const usual = { gatherMs: 20, pollMs: 5, prompt: '{{text}}' }

test.each([
  ['anthropic/claude-test', () => new AnthropicServer().listen()],
  ['google/gemini-test', () => new GoogleServer().listen()],
] as const)('ai-batch goes on with the conversation in another batch: %s', async (model, start) => {
  const server = await start()
  const config = { ...usual, apiKey: server.key, baseUrl: server.baseUrl }
  const made = await poemsBy({ module: 'builtin:ai-batch', model, config })
  expect(made).toHaveLength(ROWS)
  for (const text of made) expect(text).toContain(REASON)
  // Whatever was asked again went into batches as well, after the answer that was rejected.
  expect(server.all.flatMap(({ rows }) => rows)).toHaveLength(2 * ROWS)
  const again = server.all.flatMap(({ rows }) => rows).filter(({ prompt }) => prompt.includes(REASON))
  expect(again.map(({ body }) => JSON.stringify(body).match(/Echo: poem \d/)?.[0]).sort()).toEqual([
    'Echo: poem 0',
    'Echo: poem 1',
    'Echo: poem 2',
  ])
})

test('openai-batch goes on with the conversation in another batch', async () => {
  const server = await OpenAiServer.start()
  const config = { ...usual, apiKey: API_KEY, baseUrl: server.baseUrl }
  const made = await poemsBy({ module: 'builtin:openai-batch', model: 'gpt-5-mini', config })
  for (const text of made) expect(text).toContain(REASON)
  expect(server.bill).toHaveLength(2 * ROWS)
  expect(server.batches.all.length).toBeGreaterThan(1)
})

test('templates of http have the reasons, and each asking is a request of its own', async () => {
  const keys = new Set<unknown>()
  const { url } = await startLoopback(({ headers, body }) => {
    keys.add(headers['idempotency-key'])
    return { body: JSON.parse(String(body)) as object }
  })
  const body = { prompt: '{{text}}{{#feedback}} Not {{outputs.Text}}: {{reason}}{{/feedback}}' }
  const config = { url, idempotencyHeader: 'idempotency-key', body, outputs: { Text: 'prompt' } }
  const made = await poemsBy({ module: 'builtin:http' }, config)
  expect(made[0]).toBe(`poem 0 Not poem 0: ${REASON}`)
  expect(keys.size).toBe(2 * ROWS)
})

test('templates of command have the reasons', async () => {
  const program = { command: 'echo', args: ['{{text}}{{#feedback}}: {{reason}}{{/feedback}}'] }
  const made = await poemsBy({ module: 'builtin:command' }, program)
  expect(made[0]).toContain(`poem 0: ${REASON}`)
})

/** The queues of media models: what was rejected is asked for as new work, and not fetched once more. */
const takes: Record<string, () => Promise<{ provider: ModuleProvider; submitted: () => number }>> = {
  async fal() {
    const server = await FalServer.start()
    let take = 0
    server.output = () => ({ output: ++take % 2 === 0 ? 'rain' : 'sun' })
    const provider = { module: 'builtin:fal', model: 'acme/films/fast', config: server.config }
    return { provider, submitted: () => server.requests.jobs.size }
  },
  async replicate() {
    const server = await ReplicateServer.start()
    let take = 0
    server.output = () => (++take % 2 === 0 ? 'rain' : 'sun')
    const config = { apiToken: REPLICATE_TOKEN, baseUrl: server.baseUrl, pollMs: 1 }
    const provider = { module: 'builtin:replicate', model: 'acme/songs', config }
    return { provider, submitted: () => server.predictions.jobs.size }
  },
}

test.each(Object.keys(takes))('%s takes what is asked again as new work', async name => {
  const { provider, submitted } = await takes[name]!()
  const engine = await testEngine({ store: 'memory:', providers: { writer: provider } })
  const one = { ...poems(), loops: { n: { count: 1 } } }
  expect(await runAll(engine, { blueprint: one })).toMatchObject({ rejections: { count: 1 } })
  expect(await valuesIn(engine, 'poems')).toEqual({ 'Poem[0].Text': 'rain' })
  expect(submitted()).toBe(2)
})
