import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { cliProject, ROWS } from '../../support/cli/cli-project.js'

/** What a command prints, to whom, and what happens when nobody can read it. */

const CLI = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
let folder: string
beforeEach(async () => {
  folder = await cliProject()
})
const config = (text: string) => writeFile(join(folder, 'showrunner.config.mjs'), text)

/** Runs a line of shell in which `showrunner` is the command; `$code` is its exit code. */
async function shell(line: string): Promise<string> {
  const script = `showrunner() { "${process.execPath}" "${CLI}" "$@"; }\n${line}`
  const child = spawn('sh', ['-c', script], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', chunk => (text += chunk))
  child.stderr.setEncoding('utf8').on('data', chunk => (text += chunk))
  await once(child, 'close')
  return text
}

describe('a reader that is gone', () => {
  test('does not change the exit code of a run', async () => {
    const text = await shell('{ showrunner run failing.yaml --json --quiet; echo "code $?" >&2; } | true')
    expect(text).toBe('code 1\n')
  })

  test('ends a listing', async () => {
    await cli(['run', 'letters.yaml', ...ROWS], folder)
    expect(await shell('{ showrunner log letters --follow; echo "code $?" >&2; } | true')).toMatch(/code 0/)
  })
})

describe.runIf(existsSync('/dev/full'))('a full disk', () => {
  test('under the progress does not stop the run', async () => {
    const text = await shell('showrunner run failing.yaml 2>/dev/full; echo "code $?"')
    expect(text).toMatch(/^failing: failed in .*\ncode 1\n$/s)
  })

  test('under the output is an error in one line', async () => {
    const text = await shell('showrunner list >/dev/full; echo "code $?"')
    expect(text).toMatch(/^The output cannot be written: .*\ncode 1\n$/)
  })
})

test('what providers say cannot steer the terminal', async () => {
  await writeFile(
    join(folder, 'evil.mjs'),
    'export async function produce() { throw new Error("\\x1b[2J\\x1b]0;title\\x07 \\x9b2J \\u202egone") }',
  )
  await writeFile(
    join(folder, 'evil.yaml'),
    'name: evil\nproducers:\n  A: { provider: module, config: { file: ./evil.mjs }, outputs: { T: text } }\n',
  )
  const run = await cli(['run', 'evil.yaml'], folder)
  const status = await cli(['status', 'evil'], folder)
  const log = await cli(['log', 'evil'], folder)
  for (const text of [run.stdout + run.stderr, status.stdout, log.stdout]) {
    expect(text).toMatch(/\\x1b\[2J|\\u001b\[2J/)
    expect(text).not.toMatch(/(?![\t\n])\p{Cc}|\u202e/u)
  }
  const json = await cli(['status', 'evil', '--json'], folder)
  expect(json.stdout).not.toMatch(/(?![\n])\p{Cc}|\u202e/u)
  expect(JSON.stringify(jsonOf(json))).toContain('\\u001b[2J\\u001b]0;title\\u0007 \u009b2J \u202egone')
})

describe('a config', () => {
  test('that prints does not spoil --json', async () => {
    await config('console.log("hello"); export default {}')
    const result = await cli(['run', 'letters.yaml', ...ROWS, '--json'], folder)
    expect(jsonOf(result)).toMatchObject({ status: 'succeeded' })
    expect(result.stderr).toContain('hello')
  })

  test.each([
    ['ends the process', 'process.exit(0)'],
    ['never settles', 'await new Promise(() => {}); export default {}'],
  ])('that %s is no success', async (_what, text) => {
    await config(text)
    const result = await cli(['run', 'letters.yaml', ...ROWS], folder)
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/^INTERNAL: The process ended before the command did/)
  })

  test('that is broken stops no command that only looks at a store it is told', async () => {
    await config('syntax error')
    expect(await cli(['list', '--store', 'file:./movies'], folder)).toMatchObject({ code: 0 })
    expect(await cli(['list'], folder)).toMatchObject({ code: 2 })
  })
})

test('artifacts --export to a place that is no folder says so in one line', async () => {
  await cli(['run', 'letters.yaml', ...ROWS], folder)
  const result = await cli(['artifacts', 'letters', '--export', 'rows.csv'], folder)
  expect(result.code).toBe(2)
  expect(result.stderr).toMatch(/^USAGE_INVALID: .*rows\.csv.*Choose another folder.*\n$/)
})
