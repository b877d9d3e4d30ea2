import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { cliProject, ROWS } from '../../support/cli/cli-project.js'

let folder: string
beforeEach(async () => {
  folder = await cliProject()
})

describe('exit code 2, with the mistake and its place, and nothing written', () => {
  const cases: [what: string, args: string[], text: string][] = [
    ['a blueprint with mistakes', ['run', 'broken.yaml'], 'broken.yaml:3:'],
    ['a blueprint that is not there', ['run', 'nothing.yaml'], 'nothing.yaml does not exist'],
    ['a missing input', ['run', 'letters.yaml'], 'rows'],
    ['an unknown input', ['run', 'letters.yaml', ...ROWS, '-i', 'sing=Bob'], 'sign'],
    [
      'a file of inputs that is not there',
      ['run', 'letters.yaml', '-i', 'rows=@no.csv'],
      'no.csv: There is no such file',
    ],
    ['what is no assignment', ['run', 'letters.yaml', '-i', 'rows'], 'name=value'],
    ['a concurrency of nothing', ['run', 'letters.yaml', ...ROWS, '--concurrency', '0'], 'whole number'],
    ['an unknown schedule', ['run', 'letters.yaml', ...ROWS, '--schedule', 'random'], 'layers, dataflow'],
    ['an unknown job', ['run', 'letters.yaml', ...ROWS, '--regenerate', 'Leter'], 'Letter'],
    ['a bad movie id', ['run', 'letters.yaml', ...ROWS, '--movie', '../up'], 'MOVIE_ID_INVALID'],
    ['an unknown store', ['run', 'letters.yaml', ...ROWS, '--store', 'ftp://x'], 'STORE_UNSUPPORTED'],
    [
      'a config that is not there',
      ['run', 'letters.yaml', ...ROWS, '--config', 'no.yaml'],
      'no.yaml does not exist',
    ],
    ['an unknown provider', ['run', 'unknown.yaml'], 'PROVIDER_UNKNOWN'],
    ['an unknown command', ['rnu'], 'unknown command'],
    ['an unknown option', ['run', 'letters.yaml', '--jsn'], 'unknown option'],
    ['a movie that is not there', ['status', 'nothing'], 'MOVIE_NOT_FOUND'],
  ]

  beforeEach(async () => {
    await writeFile(
      join(folder, 'broken.yaml'),
      'name: broken\nproducers:\n  Clip: { outputs: { Text: text } }\n',
    )
    await writeFile(
      join(folder, 'unknown.yaml'),
      'name: unknown\nproducers:\n  Clip: { provider: nobody, outputs: { Text: text } }\n',
    )
  })

  test.each(cases)('%s', async (_what, args, text) => {
    const result = await cli(args, folder)
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.stderr).toContain(text)
    // Made for a person: no stack.
    expect(result.stderr).not.toMatch(/^\s+at /m)
    expect(await readdir(folder)).not.toContain('movies')
  })

  test('--json says it on stdout, as one object', async () => {
    const result = await cli(['run', 'broken.yaml', '--json'], folder)
    expect(result.code).toBe(2)
    expect(jsonOf(result)).toMatchObject({
      error: { code: 'BLUEPRINT_INVALID', message: expect.stringContaining('broken.yaml:3:') },
    })
  })

  test('--json says so of wrong options as well, and of a command that does not exist', async () => {
    for (const args of [
      ['run', 'letters.yaml', '--concurrency', 'many', '--json'],
      ['run', 'letters.yaml', '--speed', '9', '--json'],
      ['rnu', '--json'],
    ]) {
      const result = await cli(args, folder)
      expect(result.code).toBe(2)
      expect(jsonOf(result)).toMatchObject({
        error: { code: 'USAGE_INVALID', message: expect.any(String) },
      })
    }
  })
})

describe('help', () => {
  test('teaches by example, and so does no command at all', async () => {
    const help = await cli(['run', '--help'], folder)
    expect(help.code).toBe(0)
    expect(help.stdout).toContain('$ showrunner run')
    expect((await cli(['--version'], folder)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    const none = await cli([], folder)
    expect(none.stdout + none.stderr).toContain('Usage: showrunner')
  })
})
