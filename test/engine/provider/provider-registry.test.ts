import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inline, type ProviderEntry } from '../../../src/engine/provider/provider-entries.js'
import { createProviderRegistry, providerSetup } from '../../../src/engine/provider/provider-registry.js'
import { isShowrunnerError } from '../../../src/model/error/error.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-test-'))
  const addPackage = async (name: string, manifest: object, files: readonly string[]) => {
    const root = join(folder, 'node_modules', name)
    await mkdir(root, { recursive: true })
    await writeFile(join(root, 'package.json'), JSON.stringify({ name, ...manifest }))
    for (const file of files) await writeFile(join(root, file), '')
  }
  await writeFile(join(folder, 'images.mjs'), '')
  await mkdir(join(folder, 'node_modules', 'broken'), { recursive: true })
  await writeFile(join(folder, 'node_modules', 'broken', 'package.json'), '{')
  await addPackage('plain', { main: './main.js' }, ['main.js'])
  await addPackage('old', {}, ['lib.js'])
  await addPackage('dual', { exports: { require: './require.cjs', import: './import.mjs' } }, [
    'require.cjs',
    'import.mjs',
  ])
  const importOnly = {
    '.': { types: './x.d.ts', import: './only.mjs' },
    './sub': { node: { import: './sub.mjs' } },
    './models/*': './*.mjs',
  }
  await addPackage('@scope/esm', { exports: importOnly }, ['only.mjs', 'sub.mjs'])
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

const registry = async (entries: Record<string, ProviderEntry> = {}, simulate = false) =>
  createProviderRegistry({ ...(await providerSetup(entries, folder)), simulate })
const specifier = async (module: string) => {
  const { source } = (await registry({ mine: { module } })).resolve('mine')
  return source.type === 'module' ? source.specifier : source.type
}
const failure = async (act: () => unknown): Promise<string> => {
  try {
    await act()
  } catch (error) {
    if (isShowrunnerError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'nothing was thrown'
}

test('modules are resolved from the folder of the config', async () => {
  const url = (...path: string[]) => pathToFileURL(join(folder, ...path)).href
  expect(await specifier('./images.mjs')).toBe(url('images.mjs'))
  expect(await specifier(join(folder, 'images.mjs'))).toBe(url('images.mjs'))
  expect(await specifier(url('images.mjs'))).toBe(url('images.mjs'))
  expect(await specifier('plain')).toBe(url('node_modules', 'plain', 'main.js'))
  expect(await specifier('@scope/esm')).toBe(url('node_modules', '@scope/esm', 'only.mjs'))
  expect(await specifier('@scope/esm/sub')).toBe(url('node_modules', '@scope/esm', 'sub.mjs'))
  expect(await specifier('@scope/esm/models/sub')).toBe(url('node_modules', '@scope/esm', 'sub.mjs'))
  expect(await specifier('dual')).toBe(url('node_modules', 'dual', 'import.mjs'))
  expect(await specifier('old/lib')).toBe(url('node_modules', 'old', 'lib.js'))
  expect(await specifier('builtin:command')).toMatch(/^file:.*\/dist\/thread\/command\.js$/)
})

test('a module that does not exist is found out at once', async () => {
  expect(await failure(() => specifier('./absent.mjs'))).toMatch(
    /^CONFIG_INVALID: Provider "mine".*absent\.mjs/,
  )
  expect(await failure(() => specifier('absent-package'))).toMatch(/^CONFIG_INVALID: .*"absent-package"/)
  expect(await failure(() => specifier('images.mjs'))).toMatch(/write "\.\/images\.mjs"/)
  expect(await failure(() => specifier('@scope/esm/hidden'))).toMatch(/^CONFIG_INVALID/)
  expect(await failure(() => specifier('.//'))).toMatch(/^CONFIG_INVALID: .*is not a file/)
  expect(await failure(() => specifier('fs'))).toMatch(/^CONFIG_INVALID: .*module of Node/)
  expect(await failure(() => specifier('file://elsewhere/x.mjs'))).toMatch(
    /^CONFIG_INVALID: .*not the URL of a file/,
  )
  expect(await failure(() => specifier('broken'))).toMatch(/^CONFIG_INVALID: .*broken.package\.json/)
  for (const name of ['ai', 'replicate', 'http', 'template'])
    expect(await failure(() => specifier(name))).toContain(`write "builtin:${name}"`)
  expect(await failure(() => specifier('builtin:simulat'))).toMatch(/Did you mean "builtin:simulate"/)
})

test('settings come with the name; built-ins need no config, and give way to a configured name', async () => {
  const settings = { config: { key: 'k' }, model: 'm', limits: { concurrency: 3 } }
  const { resolve } = await registry({
    images: { module: './images.mjs', ...settings },
    template: { module: './images.mjs' },
  })
  expect(resolve('images')).toMatchObject({ source: { type: 'module', name: 'images' }, ...settings })
  expect(resolve('simulate')).toMatchObject({
    source: { name: 'simulate' },
    config: {},
    limits: {},
    model: undefined,
  })
  expect(resolve('template').source).toMatchObject({
    specifier: pathToFileURL(join(folder, 'images.mjs')).href,
  })
})

test('inline providers are functions or objects of the program', async () => {
  const produce = () => ({ outputs: {} })
  const setup = await registry({
    mine: inline(produce, { limits: { concurrency: 2 } }),
    other: inline({ produce }),
  })
  expect(setup.resolve('mine')).toMatchObject({
    source: { type: 'inline', name: 'mine' },
    limits: { concurrency: 2 },
  })
  expect(setup.inlineProviders.get('mine')?.produce).toBe(produce)
  expect([...setup.inlineProviders.keys()]).toEqual(['mine', 'other'])
  expect(await failure(() => inline({} as never))).toMatch(/^CONFIG_INVALID/)
})

test('an unknown name is an error with the nearest one and the list', async () => {
  const { resolve } = await registry({ images: { module: './images.mjs' } })
  const unknown = await failure(() => resolve('imags'))
  expect(unknown).toMatch(
    /^PROVIDER_UNKNOWN: .*"imags".*Did you mean "images"\?.*command, .*images, .*module, .*simulate/,
  )
})

test('simulate replaces every provider, keeps limits, and leaves configs with keys behind', async () => {
  const entries = {
    images: { module: './images.mjs', config: { key: 'secret' }, limits: { concurrency: 3 } },
    mine: inline(() => ({ outputs: {} })),
    fake: { module: 'builtin:simulate', config: { latencyMs: 5 } },
    shell: { module: 'builtin:command' },
  }
  const { resolve, inlineProviders } = await registry(entries, true)
  const simulate = { type: 'module', specifier: expect.stringMatching(/simulate\.js$/) }
  expect(resolve('images')).toMatchObject({
    source: simulate,
    config: { standsIn: { latencyMs: 0 } },
    limits: { concurrency: 3 },
  })
  expect(resolve('images').config).not.toHaveProperty('key')
  expect(resolve('mine')).toMatchObject({ source: simulate })
  expect(resolve('fake').config).toEqual({ latencyMs: 5 })
  expect(resolve('never-configured')).toMatchObject({ source: simulate })
  // They cost nothing, and what they make of simulated results is worth seeing.
  for (const name of ['template', 'command', 'shell'])
    expect(resolve(name)).toMatchObject({ isSimulated: false, builtin: { kind: 'local' } })
  expect(inlineProviders.size).toBe(0)
})
