import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { cliProject, ROWS } from '../../support/cli/cli-project.js'

let folder: string
beforeEach(async () => {
  folder = await cliProject()
})

const run = (...args: string[]) => cli(['run', 'letters.yaml', ...ROWS, ...args], folder)

describe('run', () => {
  test('makes everything, says so, and the second time nothing', async () => {
    const first = await run()
    expect(first.code).toBe(0)
    // Lines of progress, which a busy machine has time for, may follow.
    expect(first.stderr).toMatch(/^rows: 2 rows, 1 column, delimiter ,\n/)
    expect(first.stdout).toMatch(/^letters: succeeded in .* · 3 made · 0 already there · revision 1\n$/)
    const second = await run()
    expect(second.stdout).toMatch(/ · 0 made · 3 already there · revision 1\n$/)
  })

  test('--json prints the documented object and nothing else', async () => {
    const result = await run('--json')
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(jsonOf(result)).toEqual({
      movieId: 'letters',
      runId: expect.any(String),
      status: 'succeeded',
      revision: 1,
      counts: { succeeded: 3, failed: 0, skipped: 0, cached: 0 },
      reused: 0,
      durationMs: expect.any(Number),
      costUsd: 0,
    })
  })

  test('takes another movie, store and inputs file; -i overrides the file', async () => {
    await writeFile(join(folder, 'inputs.yaml'), 'rows: [{ name: Ada }]\nsign: Bob\n')
    const args = [
      '--inputs',
      'inputs.yaml',
      '-i',
      'sign=Eve',
      '--movie',
      'other',
      '--store',
      'file:./elsewhere',
    ]
    expect((await cli(['run', 'letters.yaml', ...args], folder)).code).toBe(0)
    expect(await readdir(join(folder, 'elsewhere'))).toEqual(['other'])
    const shown = await cli(['artifacts', 'other', '--store', 'file:./elsewhere', '--id', 'All*'], folder)
    expect(shown.stdout).toBe('Producer:All.Text  "Dear Ada, yours Eve; "\n')
  })

  test('--regenerate, --up-to-layer, --concurrency and --schedule reach the engine', async () => {
    expect(jsonOf(await run('--json', '--up-to-layer', '1'))).toMatchObject({ counts: { succeeded: 2 } })
    const rest = ['--json', '--concurrency', '2', '--schedule', 'dataflow', '--threads', '1']
    expect(jsonOf(await run(...rest))).toMatchObject({ counts: { succeeded: 1, cached: 2 } })
    const again = await run('--json', '--regenerate', 'Producer:Letter[0]', '--regenerate', 'All')
    expect(jsonOf(again)).toMatchObject({ counts: { succeeded: 2, cached: 1 } })
  })

  test('--simulate builds a movie of its own and calls nobody', async () => {
    const blueprint = `name: story
producers:
  Script:
    provider: writer
    config: { schema: { type: object, properties: { title: { type: string } }, required: [title] } }
    outputs: { Story: json }
  Picture: { provider: painter, with: { of: "\${Script.Story.scenes[1].prompt}" }, outputs: { Image: image/png } }
  Sound: { provider: speaker, with: { of: "\${Script.Story.title}" }, outputs: { Voice: audio/wav } }
  Size: { provider: command, with: { file: "\${Picture.Image}" }, config: { command: wc, args: [-c, "{{file}}"] }, outputs: { Text: text } }
  Page:
    provider: template
    with: { title: "\${Script.Story.title}", prompt: "\${Script.Story.scenes[1].prompt}", size: "\${Size.Text}" }
    config: { template: "{{title}} | {{prompt}} | {{size}}" }
    outputs: { Text: text }
`
    await writeFile(join(folder, 'story.yaml'), blueprint)
    const result = await cli(['run', 'story.yaml', '--simulate', '--json'], folder)
    expect(jsonOf(result)).toMatchObject({ movieId: 'story-simulated', status: 'succeeded' })
    expect(result.code).toBe(0)
    // Nobody has configured a writer, and what works on this machine has really worked.
    const page = await cli(['artifacts', 'story-simulated', '--id', 'Page*', '--json'], folder)
    expect(jsonOf(page).value).toMatch(/^[a-z ]+ \| [a-z ]+ \| *\d+ .+\.png\n?$/)
  })

  test('--dry-run plans and writes nothing', async () => {
    const result = await run('--dry-run')
    expect(result).toMatchObject({ code: 0 })
    expect(result.stdout).toContain('letters: 3 of 3 jobs to run')
    expect(await readdir(folder)).not.toContain('movies')
  })

  test('failed jobs: exit code 1, who failed and why, and the way out', async () => {
    const result = await cli(['run', 'failing.yaml'], folder)
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('failed Producer:Check[1]: bug:')
    expect(result.stdout).toContain('failing: failed in')
    expect(result.stdout).toContain('showrunner status failing')
    const json = await cli(['run', 'failing.yaml', '--json'], folder)
    expect(json.code).toBe(1)
    expect(jsonOf(json)).toMatchObject({ status: 'failed', counts: { failed: 1, skipped: 1, cached: 2 } })
  })

  test('--fail-fast stops: exit code 1', async () => {
    const result = await cli(['run', 'failing.yaml', '--fail-fast', '--concurrency', '1', '--json'], folder)
    expect(result.code).toBe(1)
    expect(jsonOf(result)).toMatchObject({ status: 'stopped', counts: { succeeded: 1, failed: 1 } })
  })

  test('--quiet leaves only the result', async () => {
    expect(await cli(['run', 'failing.yaml', '--quiet'], folder)).toMatchObject({ code: 1, stderr: '' })
  })
})
