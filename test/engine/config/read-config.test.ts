import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../../src/engine/config/load-config.js'
import type { ProviderEntry } from '../../../src/engine/provider/provider-entries.js'
import { isShowrunnerError } from '../../../src/model/error/error.js'

const root = await mkdtemp(join(tmpdir(), 'config-test-'))
let folder: string
let count = 0
beforeEach(async () => {
  folder = join(root, String(++count))
  await mkdir(folder)
})
afterAll(async () => {
  await rm(root, { recursive: true })
})

const write = async (name: string, text: string) => {
  await writeFile(join(folder, name), text)
  return { folder }
}
const mistakes = async (loading: Promise<unknown>): Promise<string> => {
  const error: unknown = await loading.then(
    () => undefined,
    thrown => thrown,
  )
  if (!isShowrunnerError(error)) throw new Error(`Expected a ShowrunnerError, got ${error}`)
  expect(error.code).toBe('CONFIG_INVALID')
  return error.message
}

const EXPECTED = {
  providers: {
    images: { module: './images.mjs', config: { size: 512 }, model: 'm-1', limits: { concurrency: 4 } },
  },
  store: 'file:./films',
  concurrency: 20,
  threads: 2,
  resourceLimits: { maxOldGenerationSizeMb: 256 },
}

test.each([
  [
    'yaml',
    'concurrency: 20\nthreads: 2\nstore: "file:./films"\nresourceLimits: { maxOldGenerationSizeMb: 256 }\nproviders:\n  images:\n    module: ./images.mjs\n    config: { size: 512 }\n    model: m-1\n    limits: { concurrency: 4 }\n',
  ],
  ['json', JSON.stringify(EXPECTED)],
  ['mjs', `export default ${JSON.stringify(EXPECTED)}`],
])('reads showrunner.config.%s', async (extension, text) => {
  await write(`showrunner.config.${extension}`, text)
  const file = join(folder, `showrunner.config.${extension}`)
  const configSource = { mistakeBook: expect.any(Function) }
  expect(await loadConfig({ folder })).toEqual({ ...EXPECTED, folder, configSource })
  expect(await loadConfig({ file })).toEqual({ ...EXPECTED, folder, configSource })
})

test('a folder without a config has an empty one; a file that is named must exist', async () => {
  expect(await loadConfig({ folder })).toEqual({ folder, providers: {} })
  expect(await mistakes(loadConfig({ file: join(folder, 'absent.yaml') }))).toMatch(
    /absent\.yaml does not exist/,
  )
  expect(await mistakes(loadConfig({ file: join(folder, 'config.toml') }))).toMatch(/must end in \.yaml/)
})

test('an empty file is an empty config', async () => {
  expect((await loadConfig(await write('showrunner.config.yaml', '# nothing yet\n'))).providers).toEqual({})
})

test('two configs in one folder are a mistake', async () => {
  await write('showrunner.config.yaml', '')
  expect(await mistakes(loadConfig(await write('showrunner.config.json', '{}')))).toMatch(/2 configs/)
})

test('a JavaScript config may hold inline providers', async () => {
  const text = 'export default { providers: { mine: { type: "inline", provider: { produce() {} } } } }'
  const { providers = {} } = await loadConfig(await write('showrunner.config.mjs', text))
  expect(providers.mine).toMatchObject({ type: 'inline' })
})

test('all mistakes at once, with their places and the nearest names, and without quoting config values', async () => {
  const text = `
concurency: 5
threads: many
store: 7
providers:
  images: { modul: ./x.mjs, config: [sk-verysecret] }
  9lives: { module: ./x.mjs }
  sounds: { module: ./x.mjs, limits: { concurrency: 0, rate: 5 } }
resourceLimits: { maxOldGenerationSize: 100 }
`
  const message = await mistakes(loadConfig(await write('showrunner.config.yaml', text)))
  const file = join(folder, 'showrunner.config.yaml')
  expect(message).toContain('The config has 10 mistakes:')
  for (const expected of [
    '2:1 There is no key "concurency". There are: providers, resourceLimits, store, cache, concurrency, stop, queue, threads. Did you mean "concurrency"?',
    '3:10 Expected a number, got "many".',
    '4:8 Expected text, got 7.',
    '6:13 There is no key "modul". There are: module, model, version, latencyMs, config, limits, priceUsd, models. Did you mean "module"?',
    '6:3 "module" is missing.',
    '6:29 Expected a mapping.',
    '7:3 The name of a provider has letters',
    '8:53 Expected at least 1, got 0.',
    '8:56 There is no key "rate". There are: concurrency, requestsPerMinute',
    '9:19 There is no key "maxOldGenerationSize".',
  ]) {
    expect(message).toContain(`${file}:${expected}`)
  }
  expect(message).not.toContain('verysecret')
})

test('broken syntax is reported with its line', async () => {
  expect(await mistakes(loadConfig(await write('showrunner.config.yaml', 'a: 1\nb: [\n')))).toMatch(
    /yaml:3:1 /,
  )
  await rm(join(folder, 'showrunner.config.yaml'))
  expect(await mistakes(loadConfig(await write('showrunner.config.json', '{\n"a": 1')))).toMatch(/json:2:7 /)
  await rm(join(folder, 'showrunner.config.json'))
  expect(await mistakes(loadConfig(await write('showrunner.config.mjs', 'throw new Error("no")')))).toMatch(
    /no/,
  )
})

test.each<[string, string, RegExp]>([
  ['without a default export', 'export const providers = {}', /no default export/],
  ['that is a function', 'export default () => ({})', /Expected a mapping, got a function/],
  ['with a bare function', 'export default { providers: { a() {} } }', /providers\.a: .*Write inline\(fn\)/],
  [
    'with an inline entry that is none',
    'export default { providers: { a: { type: "inline", provider: 5, model: 7 } } }',
    /providers\.a\.provider: Expected a function.*providers\.a\.model: Expected text/s,
  ],
  [
    'with a config that is no data',
    'export default { providers: { a: { module: "./x.mjs", config: { onDone() {} } } } }',
    /providers\.a\.config\.onDone: Expected JSON data, got a function/,
  ],
])('a JavaScript config %s is refused', async (_what, text, message) => {
  expect(await mistakes(loadConfig(await write('showrunner.config.mjs', text)))).toMatch(message)
})

test('a JavaScript config may be a promise', async () => {
  const config = await loadConfig(
    await write('showrunner.config.mjs', 'export default Promise.resolve({ threads: 3 })'),
  )
  expect(config.threads).toBe(3)
})

test('a text that is not UTF-8 is refused', async () => {
  await writeFile(join(folder, 'showrunner.config.yaml'), Buffer.from('store: "file:./caf\xe9"', 'latin1'))
  expect(await mistakes(loadConfig({ folder }))).toMatch(/not UTF-8/)
})

test('an alias bomb and a list in place of a config are refused', async () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 9; level++) {
    const aliases = Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')
    lines.push(`a${level}: &a${level} [${aliases}]`)
  }
  expect(await mistakes(loadConfig(await write('showrunner.config.yaml', lines.join('\n'))))).toMatch(/alias/)
  expect(await mistakes(loadConfig(await write('showrunner.config.yaml', '- 1')))).toMatch(
    /Expected a mapping, got a list/,
  )
})

describe('providers of one group', () => {
  const providersOf = async (text: string) =>
    (await loadConfig(await write('showrunner.config.yaml', `providers:\n${text}`))).providers as Record<
      string,
      ProviderEntry
    >

  test('have the limits that any of them names', async () => {
    const { a, b, c } = await providersOf(`
  a: { module: ./x.mjs, limits: { group: account, concurrency: 4 } }
  b: { module: ./x.mjs, limits: { group: account, requestsPerMinute: 60 } }
  c: { module: ./x.mjs, limits: { concurrency: 9 } }
`)
    const limits = { group: 'account', concurrency: 4, requestsPerMinute: 60 }
    expect([a!.limits, b!.limits, c!.limits]).toEqual([limits, limits, { concurrency: 9 }])
  })

  test('may be named after one of them', async () => {
    const { a, b } = await providersOf(`
  a: { module: ./x.mjs, limits: { concurrency: 4 } }
  b: { module: ./x.mjs, limits: { group: a } }
`)
    expect([a!.limits, b!.limits]).toEqual([
      { group: 'a', concurrency: 4 },
      { group: 'a', concurrency: 4 },
    ])
  })

  test('cannot say different things', async () => {
    const config = providersOf(`
  a: { module: ./x.mjs, limits: { group: account, concurrency: 4 } }
  b: { module: ./x.mjs, limits: { group: account, concurrency: 5 } }
`)
    expect(await mistakes(config)).toContain(
      '"b" shares the limits of "a", where this is 4. Give both the same value, or set it in only one of them.',
    )
  })
})
