import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import module from '../../../src/providers/module/module.js'
import { runProvider, valuesOf } from '../../support/jobs/provider-run.js'

let baseFolder: string
beforeAll(async () => {
  baseFolder = await mkdtemp(join(tmpdir(), 'module-test-'))
  const body = "({ config, inputs }) => ({ outputs: { Text: config.greeting + ' ' + inputs.name } })"
  await writeFile(join(baseFolder, 'function.mjs'), `export default ${body}`)
  await writeFile(join(baseFolder, 'object.mjs'), `export default { produce: ${body} }`)
  await writeFile(join(baseFolder, 'named.mjs'), `export const produce = ${body}`)
  await writeFile(join(baseFolder, 'common.cjs'), `module.exports = { produce: ${body} }`)
  await writeFile(join(baseFolder, 'compiled.cjs'), `exports.__esModule = true; exports.default = ${body}`)
  await writeFile(join(baseFolder, 'empty.mjs'), 'export const other = 1')
  await writeFile(join(baseFolder, 'broken.mjs'), 'export default {')
})
afterAll(async () => {
  await rm(baseFolder, { recursive: true })
})

const run = (config: object) =>
  runProvider(module, { baseFolder, config: config as never }, { inputs: { name: 'Ada' } })

test.each(['function.mjs', './object.mjs', 'named.mjs', 'common.cjs', 'compiled.cjs'])(
  'runs %s',
  async file => {
    expect(valuesOf((await run({ file, greeting: 'Hi' })).outcome)).toEqual({ Text: 'Hi Ada' })
  },
)

test.each([
  [{}, /config\.file/],
  [{ file: 'absent.mjs' }, /absent\.mjs/],
  [{ file: 'broken.mjs' }, /could not be loaded from .*broken\.mjs/],
  [{ file: 'empty.mjs' }, /must export a function/],
])('%j is invalid', async (config, message) => {
  const { outcome } = await run(config)
  expect(outcome).toMatchObject({ error: { code: 'invalid', message: expect.stringMatching(message) } })
})
