import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../src/engine/config.js'
import { isShowrunnerError } from '../../src/model/error.js'

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
const mistakes = async (loading: ReturnType<typeof loadConfig>): Promise<string> => {
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
  expect(await loadConfig({ folder })).toEqual({ ...EXPECTED, file, folder })
  expect(await loadConfig({ file })).toEqual({ ...EXPECTED, file, folder })
})

test('a folder without a config has an empty one; a file that is named must exist', async () => {
  expect(await loadConfig({ folder })).toEqual({ file: undefined, folder, providers: {} })
  expect(await mistakes(loadConfig({ file: join(folder, 'absent.yaml') }))).toMatch(
    /absent\.yaml cannot be read/,
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
  const { providers } = await loadConfig(await write('showrunner.config.mjs', text))
  expect(providers.mine).toMatchObject({ type: 'inline' })
})

test('all mistakes at once, with the nearest names, and without quoting values', async () => {
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
  for (const expected of [
    'concurency: unknown key; did you mean "concurrency"?',
    'threads: expected number',
    'store: expected string',
    'providers.images.modul: unknown key; did you mean "module"?',
    'providers.images.module: expected string',
    'providers.images.config: expected an object',
    'providers.9lives: a provider name',
    'providers.sounds.limits.concurrency: Too small',
    'providers.sounds.limits.rate: unknown key; known are concurrency',
    'resourceLimits.maxOldGenerationSize: unknown key; did you mean "maxOldGenerationSizeMb"?',
  ]) {
    expect(message).toContain(`\n  - ${expected}`)
  }
  expect(message).not.toContain('verysecret')
})

test('broken syntax is reported with its line', async () => {
  expect(await mistakes(loadConfig(await write('showrunner.config.yaml', 'a: 1\nb: [\n')))).toMatch(/at line/)
  await rm(join(folder, 'showrunner.config.yaml'))
  expect(await mistakes(loadConfig(await write('showrunner.config.json', '{\n"a": 1')))).toMatch(/at line/)
  await rm(join(folder, 'showrunner.config.json'))
  expect(await mistakes(loadConfig(await write('showrunner.config.mjs', 'throw new Error("no")')))).toMatch(
    /no/,
  )
})

test('an alias bomb and a list in place of a config are refused', async () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 9; level++) {
    const aliases = Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')
    lines.push(`a${level}: &a${level} [${aliases}]`)
  }
  expect(await mistakes(loadConfig(await write('showrunner.config.yaml', lines.join('\n'))))).toMatch(/alias/)
  expect(await mistakes(loadConfig(await write('showrunner.config.yaml', '- 1')))).toMatch(
    /the file: expected object/,
  )
})
