import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Mistake } from '../../../src/diagnostics/mistake.js'
import { loadConfig } from '../../../src/engine/config/load-config.js'
import { inline, openEngine } from '../../../src/index.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
})

interface Planned {
  readonly code: string
  readonly mistakes: readonly Mistake[]
}

/** What planning says of one producer with this provider and these settings. */
async function planOf(
  producer: object,
  { simulate = false, config = '' }: { simulate?: boolean; config?: string } = {},
): Promise<Planned | undefined> {
  const blueprint = join(folder, 'one.json')
  await writeFile(
    blueprint,
    JSON.stringify({ name: 'one', producers: { One: { outputs: { Text: 'text' }, ...producer } } }, null, 1),
  )
  await writeFile(join(folder, 'showrunner.config.yaml'), config)
  await using engine = await openEngine({ ...(await loadConfig({ folder })), store: 'memory:' })
  return await engine.plan({ blueprint, simulate }).then(
    () => undefined,
    ({ code, details }) => ({ code, mistakes: details.mistakes }),
  )
}

const suggestionOf = (planned: Planned | undefined) =>
  planned?.mistakes.map(({ path, suggestion }) => [path, suggestion])

describe('a mistake in a config is told when the run is planned:', () => {
  test.each([
    ['ai', { temprature: 1 }, 'temprature', 'temperature'],
    ['openai-batch', { promt: 'x' }, 'promt', 'prompt'],
    ['http', { url: 'http://x', pol: {} }, 'pol', 'poll'],
    ['replicate', { inputs: {} }, 'inputs', 'input'],
    ['fal', { outputz: {} }, 'outputz', 'outputs'],
    ['command', { command: 'true', arg: [] }, 'arg', 'args'],
    ['choose', { atleast: 1 }, 'atleast', 'atLeast'],
    ['template', { templat: 'x' }, 'templat', 'template'],
    ['simulate', { latency: 1 }, 'latency', 'latencyMs'],
    [
      'http',
      { url: 'http://x', poll: { id: 'id', url: 'http://x', done: { path: 'x' }, evry: 1 } },
      'poll.evry',
      undefined,
    ],
  ])('a key of %s', async (provider, config, key, suggestion) => {
    const planned = await planOf({ provider, config })
    expect(planned?.code).toBe('BLUEPRINT_INVALID')
    expect(suggestionOf(planned)).toEqual([[`producers.One.config.${key}`, suggestion]])
    expect(planned?.mistakes[0]).toMatchObject({
      line: expect.any(Number),
      file: expect.stringContaining('one.json'),
    })
  })

  test.each([
    ['template', { template: 'A {{titel}}' }, 'template'],
    ['template', { outputs: { Text: '{{#titel}}x{{/titel}}' } }, 'outputs.Text'],
    ['template', { template: '{{^titel}}none{{/titel}}' }, 'template'],
    ['command', { command: 'echo', args: ['-n', '{{{titel.en}}}'] }, 'args.1'],
    ['http', { url: 'http://x/{{titel}}' }, 'url'],
    ['http', { url: 'http://x', body: { a: [{ b: '{{titel}}' }] } }, 'body.a.0.b'],
    ['ai', { messages: [{ role: 'user', content: '{{titel}}' }] }, 'messages.0.content'],
    ['openai-batch', { system: 'You like {{titel}}' }, 'system'],
  ])('a name in a template of %s: %j', async (provider, config, path) => {
    const planned = await planOf({ provider, with: { title: 'x' }, config })
    expect(suggestionOf(planned)).toEqual([[`producers.One.config.${path}`, 'title']])
  })

  test.each([
    [
      'a template that is broken',
      { provider: 'template', config: { template: '{{#a}}' } },
      'config.template',
    ],
    ['a schema that is none', { provider: 'ai', config: { schema: { type: 'strin' } } }, 'config.schema'],
    [
      'an output that there is not',
      { provider: 'command', config: { command: 'x', files: { Tex: 'a' } } },
      'config.files.Tex',
    ],
    ['a file that there is not', { provider: 'module', config: { file: './absent.mjs' } }, 'config.file'],
    ['an attachment that there is not', { provider: 'ai', config: { attach: ['a'] } }, 'config.attach.0'],
    [
      'a value of a wrong type',
      { provider: 'ai', config: { maxOutputTokens: '7' } },
      'config.maxOutputTokens',
    ],
    ['a key that is missing', { provider: 'command' }, 'config.command'],
    ['an address that is none', { provider: 'http', config: { url: 'htp://x' } }, 'config.url'],
    ['a model that is none', { provider: 'replicate', model: 'nomodel' }, 'config'],
    ['an output that nothing makes', { provider: 'template', config: {} }, 'config'],
  ])('%s', async (_, producer, path) => {
    const planned = await planOf(producer)
    if (path === 'config.files.Tex')
      expect(suggestionOf(planned)).toEqual([[`producers.One.${path}`, 'Text']])
    expect(planned?.mistakes.map(mistake => mistake.path)).toEqual([`producers.One.${path}`])
  })

  test.each(['ai', 'ai-batch', 'openai-batch'])('outputs of %s that no answer can hold', async provider => {
    const mistakesOf = async (schema: object | undefined, outputs: object) =>
      (await planOf({ provider, model: 'openai/x', config: { prompt: 'x', schema }, outputs }))?.mistakes
    expect(await mistakesOf(undefined, { Title: 'text', Tags: 'json' })).toMatchObject([
      { message: expect.stringContaining('output "Tags" is json: say in config.schema') },
    ])
    const schema = { type: 'object', properties: { Title: { type: 'string' }, Tags: { type: 'array' } } }
    expect(await mistakesOf(schema, { Title: 'text', Tags: 'json' })).toBeUndefined()
    expect(await mistakesOf(schema, { Title: 'text', Topics: 'json' })).toMatchObject([
      { path: 'producers.One.config.schema', message: expect.stringContaining('"Topics"') },
    ])
    expect(await mistakesOf(undefined, { Tags: 'json' })).toBeUndefined()
  })

  test('one in the config file, with its line there, also in a simulated run', async () => {
    const config =
      'providers:\n  writer:\n    module: builtin:ai\n    model: openai/x\n    config:\n      seed: one\n'
    for (const simulate of [false, true]) {
      const planned = await planOf({ provider: 'writer', config: { prompt: 'x' } }, { config, simulate })
      expect(planned).toMatchObject({
        code: 'CONFIG_INVALID',
        mistakes: [{ path: 'providers.writer.config.seed', line: 6, column: 13 }],
      })
    }
  })

  test('a provider that there is not, with its place, beside the others', async () => {
    expect(await planOf({ provider: 'templat' })).toMatchObject({
      code: 'PROVIDER_UNKNOWN',
      mistakes: [{ path: 'producers.One.provider', suggestion: 'template', line: expect.any(Number) }],
    })
    const writer = { provider: 'writer', config: { promt: 'x' }, outputs: { Text: 'text' } }
    const two = {
      name: 'one',
      producers: { One: { provider: 'templat', outputs: { Text: 'text' } }, Two: writer },
    }
    await using engine = await openEngine({
      store: 'memory:',
      providers: { writer: { module: 'builtin:ai', model: 'openai/x' } },
    })
    await expect(engine.plan({ blueprint: two })).rejects.toMatchObject({
      code: 'BLUEPRINT_INVALID',
      details: { mistakes: [{ path: 'producers.One.provider' }, { path: 'producers.Two.config.promt' }] },
    })
  })

  test('by a word that is no choice, and by a key that is missing, in plain words', async () => {
    const rule = { errors: [{ status: 400, code: 'contnt' }] }
    const planned = await planOf({ provider: 'http', config: { url: 'http://x', ...rule } })
    expect(suggestionOf(planned)).toEqual([['producers.One.config.errors.0.code', 'content']])
    const missing = await planOf({ provider: 'command' })
    expect(missing?.mistakes[0]?.message).toBe('It is missing. Expected text.')
  })

  test('by an inline provider, in its own words', async () => {
    const writer = inline({
      produce: () => ({ outputs: { Text: 'x' } }),
      check: ({ inputs }) => (inputs.includes('text') ? [] : [{ path: [], message: 'Give me a text.' }]),
    })
    await using engine = await openEngine({ store: 'memory:', providers: { writer } })
    const blueprint = {
      name: 'one',
      producers: { One: { provider: 'writer', outputs: { Text: 'text' } } },
    } as const
    await expect(engine.plan({ blueprint })).rejects.toMatchObject({
      code: 'BLUEPRINT_INVALID',
      details: { mistakes: [{ message: 'Give me a text.', path: 'producers.One.config' }] },
    })
  })
})

describe('braces where only ${…} is read', () => {
  test.each([
    ['ai', 'About {{topic}}', true],
    ['ai', 'About {{ inputs.topic }}', true],
    ['own', 'About {{inputs.topic}}', true],
    // A module of the user's may render its inputs itself.
    ['own', 'About {{topic}}', false],
    ['ai', 'About {{', false],
    ['ai', 'A set {{1, 2}, {3}}', false],
  ])('for %s: %s', async (provider, prompt, isMistake) => {
    await writeFile(join(folder, 'own.mjs'), 'export default () => ({ outputs: { Text: "x" } })')
    const config = 'providers: { own: { module: ./own.mjs } }'
    const planned = await planOf({ provider, with: { prompt } }, { config })
    expect(planned?.mistakes.map(({ path }) => path)).toEqual(
      isMistake ? ['producers.One.with.prompt'] : undefined,
    )
  })
})

describe('no mistake is', () => {
  test.each([
    [
      'a secret in the place of a text',
      {
        provider: 'ai',
        with: { prompt: 'x' },
        config: { apiKey: { $env: 'NOT_SET' }, baseUrl: { $file: './absent' } },
      },
    ],
    [
      'a field of an element in a section',
      {
        provider: 'template',
        with: { list: ['x'] },
        config: { template: '{{#list}}{{name}}{{.}}{{/list}}' },
      },
    ],
    [
      'the number of an element',
      { provider: 'template', with: {}, config: { outputs: { Text: '{{number}}' } }, isList: true },
    ],
    [
      'the folder of the blueprint',
      { provider: 'command', config: { command: 'echo', args: ['{{baseFolder}}/x'] } },
    ],
    [
      'the id of a poll',
      {
        provider: 'http',
        config: {
          url: 'http://x',
          poll: { id: 'id', url: 'http://x/{{id}}', done: { path: 'x' } },
          outputs: { Text: 't' },
        },
      },
    ],
  ])('%s', async (_, { isList, ...producer }: { isList?: boolean; provider: string }) => {
    const blueprint = {
      name: 'one',
      loops: { n: { count: 2 } },
      producers: { One: { ...producer, outputs: { Text: isList ? { type: 'text', loop: 'n' } : 'text' } } },
    }
    await using engine = await openEngine({ store: 'memory:', folder })
    await engine.plan({ blueprint: blueprint as never })
  })
})
