import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { cliProject, ROWS } from '../../support/cli/cli-project.js'

/** Whatever the command reads from a file may come from a named pipe, as `<(…)` of a shell does. */

let folder: string
beforeEach(async () => {
  folder = await cliProject()
})

/** Makes a pipe of that name; what is written to it is taken when the command reads. */
async function pipe(name: string): Promise<string> {
  const path = join(folder, name)
  await promisify(execFile)('mkfifo', [path])
  return path
}

test('a blueprint', async () => {
  const text = await readFile(join(folder, 'letters.yaml'), 'utf8')
  const path = await pipe('piped.yaml')
  const [planned] = await Promise.all([
    cli(['plan', 'piped.yaml', ...ROWS, '--json'], folder),
    writeFile(path, text),
  ])
  expect([planned.code, planned.stderr]).toEqual([0, expect.any(String)])
  expect(jsonOf(planned)).toMatchObject({ counts: { jobs: 3 } })
})

test('a config', async () => {
  const path = await pipe('piped-config.yaml')
  const [planned] = await Promise.all([
    cli(['plan', 'letters.yaml', ...ROWS, '--config', 'piped-config.yaml', '--json'], folder),
    writeFile(path, 'concurrency: 0\n'),
  ])
  expect([planned.code, planned.stderr]).toEqual([2, expect.stringContaining('piped-config.yaml')])
})

test('the new version of an artifact', async () => {
  await cli(['run', 'letters.yaml', ...ROWS], folder)
  const artifacts = await cli(['artifacts', 'letters', '--json'], folder)
  const id = (JSON.parse(artifacts.stdout.split('\n')[0]!) as { artifactId: string }).artifactId
  const path = await pipe('new.txt')
  const [edited] = await Promise.all([
    cli(['edit', 'letters', id, '--file', 'new.txt', '--json'], folder),
    writeFile(path, 'My own words'),
  ])
  expect(jsonOf(edited)).toMatchObject({ artifactId: id, value: 'My own words', override: 'edited' })
})
