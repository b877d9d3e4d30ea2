import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import command from '../../../src/providers/command/command.js'
import { runProvider, valuesOf } from '../../support/jobs/provider-run.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temporary-test-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})
afterEach(() => {
  vi.unstubAllEnvs()
})

async function run(config: object) {
  const template = { config: config as never, outputs: { Text: { type: 'text' } }, baseFolder: folder }
  return (await runProvider(command, template)).outcome
}

test('a folder for temporary files that is missing is named, and the program is not blamed', async () => {
  const absent = join(folder, 'absent')
  vi.stubEnv('TMPDIR', absent)
  const named = { code: 'invalid', message: expect.stringContaining(absent), isOfSetup: true }
  expect(await run({ command: 'echo' })).toMatchObject({ state: 'failed', error: named })
  expect(await run({ command: 'touch', args: ['a'], files: { Text: 'a' } })).toMatchObject({
    state: 'failed',
    error: named,
  })
  // The folder is there when the next program asks.
  await mkdir(absent)
  expect(await run({ command: 'touch', args: ['a'], files: { Text: 'a' } })).toMatchObject({
    state: 'succeeded',
  })
})

test('programs go on when somebody cleans the folders away that they work in', async () => {
  const workingFolder = async () => String(valuesOf(await run({ command: 'pwd' })).Text).trim()
  const first = await workingFolder()
  await rm(dirname(first), { recursive: true })
  const second = await workingFolder()
  expect(second).not.toBe(first)
  await rm(second, { recursive: true })
  expect(await readdir(dirname(await workingFolder()))).toHaveLength(1)
})
