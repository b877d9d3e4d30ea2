import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { cliProject, ROWS } from '../../support/cli/cli-project.js'

let folder: string
beforeEach(async () => {
  folder = await cliProject()
})

const run = (store: string, ...args: string[]) =>
  cli(['run', 'letters.yaml', ...ROWS, '--store', `file:./${store}`, ...args], folder)
const CACHE = ['--cache', 'file:./cache']

test('another store takes from the cache what is there, and the summary says how much', async () => {
  expect((await run('one', ...CACHE)).stdout).toMatch(/ · 3 made · 0 already there · revision 1\n$/)
  const second = await run('two', ...CACHE)
  expect(second).toMatchObject({ code: 0, stderr: 'rows: 2 rows, 1 column, delimiter ,\n' })
  expect(second.stdout).toMatch(/ · 0 made · 0 already there · 3 reused · revision 1\n$/)
  const part = await run('three', ...CACHE, '-i', 'sign=Bob', '--json')
  expect(jsonOf(part)).toMatchObject({ counts: { succeeded: 3 }, reused: 0 })
  const log = await cli(['log', 'letters', '--store', 'file:./two', '--json'], folder)
  expect(log.stdout.match(/"reused":"cache"/g)).toHaveLength(3)
})

test('the config file names it; the option overrides the file', async () => {
  await writeFile(join(folder, 'showrunner.config.yaml'), 'cache: file:./cache\n')
  await run('one')
  expect(jsonOf(await run('two', '--json'))).toMatchObject({ reused: 3 })
  expect(jsonOf(await run('three', '--json', '--cache', 'file:./other'))).toMatchObject({ reused: 0 })
})

test('processes that fill it at the same time do not disturb each other', async () => {
  const runs = await Promise.all(['one', 'two', 'three'].map(store => run(store, ...CACHE, '--json')))
  for (const result of runs) expect(jsonOf(result)).toMatchObject({ status: 'succeeded' })
  expect(jsonOf(await run('four', ...CACHE, '--json'))).toMatchObject({ reused: 3 })
  const verified = await cli(['verify', 'letters', '--store', 'file:./four'], folder)
  expect(verified.code).toBe(0)
})
