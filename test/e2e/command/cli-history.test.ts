import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { cliProject, ROWS } from '../../support/cli/cli-project.js'

/** What was before: versions of an artifact. */

let folder: string
beforeEach(async () => {
  folder = await cliProject()
})

const run = (...args: string[]) => cli(['run', 'letters.yaml', ...ROWS, '--json', ...args], folder)

describe('artifacts --versions, and restore', () => {
  test('an earlier version is listed, and comes back', async () => {
    await run()
    await run('-i', 'sign=Bob')
    const listed = await cli(['artifacts', 'letters', '--versions', 'Letter[0].Text'], folder)
    expect(listed.stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^version +made +run +hash +cost +what$/),
      expect.stringMatching(/^ +1 +20\S+Z +\S+ +[0-9a-f]{12} .*"Dear Grace, yours Ada"$/),
      expect.stringMatching(/^ +2 .*"Dear Grace, yours Bob" +current$/),
    ])
    const restored = await cli(['restore', 'letters', 'Letter[0].Text', '--version', '1'], folder)
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringMatching(/version 1 is the current one/) })
    expect(jsonOf(await run('-i', 'sign=Bob'))).toMatchObject({ counts: { succeeded: 1, cached: 2 } })
    const lines = (await cli(['artifacts', 'letters', '--versions', 'Letter[0].Text', '--json'], folder))
      .stdout
    expect(
      lines
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line))
        .at(-1),
    ).toMatchObject({
      version: 3,
      restoredFrom: 1,
      value: 'Dear Grace, yours Ada',
      isCurrent: true,
    })
  })

  test('what there is not is a mistake of usage', async () => {
    await run()
    const none = await cli(['restore', 'letters', 'Letter[0].Text', '--version', '7'], folder)
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('it has 1 version') })
    expect(await cli(['restore', 'letters', 'Letter[0].Text'], folder)).toMatchObject({ code: 2 })
    const unknown = await cli(['artifacts', 'letters', '--versions', 'Leter[0].Text'], folder)
    expect(unknown).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('no version') })
  })
})

test('--version without a command is that of the package', async () => {
  expect((await cli(['--version'], folder)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('diff: what the last run did, for people to read, as JSON, and artifact by artifact', async () => {
  await run()
  await run('-i', 'sign=Bob')
  const shown = await cli(['diff', 'letters'], folder)
  expect(shown).toMatchObject({ code: 0 })
  expect(shown.stdout).toMatch(/^producer +made +changed +moved +removed +same +calls +cost$/m)
  expect(shown.stdout).toMatch(/^Letter +0 +2 +0 +0 +0 +2 +\$0\.0000$/m)
  expect(shown.stdout).toMatch(/^ {2}changed: Letter\[\d\]\.Text, Letter\[\d\]\.Text$/m)
  expect(jsonOf(await cli(['diff', 'letters', '--from', '0', '--json'], folder))).toMatchObject({
    movieId: 'letters',
    from: { seq: 0 },
    counts: { made: 3, changed: 0, moved: 0, removed: 0, same: 0 },
    calls: 6,
  })
  const all = await cli(['diff', 'letters', '--all'], folder)
  expect(all.stdout.trimEnd().split('\n')).toHaveLength(3)
  expect(all.stdout).toMatch(/^changed {2}Producer:All\.Text {2}[0-9a-f]{8} → [0-9a-f]{8}$/m)
  await cli(['run', 'letters.yaml', ...ROWS, '--movie', 'copy'], folder)
  const { stdout } = await cli(['diff', 'copy', 'letters'], folder)
  expect(stdout).toMatch(/^0 made, 3 changed, .*; \d+ (fewer|more) calls, \$[\d.]+ (less|more)$/m)
  expect(await cli(['diff', 'letters', '--from', 'nowhere'], folder)).toMatchObject({ code: 2 })
})

test('plan --against: what an edit would make again, before it is made', async () => {
  await run()
  await writeFile(join(folder, 'rows.csv'), 'name\nAlan\nGrace\nEdsger\n')
  const yaml = await readFile(join(folder, 'letters.yaml'), 'utf8')
  await writeFile(join(folder, 'letters.yaml'), yaml.replace('Dear', 'Dearest'))
  const shown = await cli(['plan', 'letters.yaml', ...ROWS, '--against'], folder)
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).toContain('loop row: 1 added (0)\n')
  expect(shown.stdout).toContain('Letter: 3 jobs to make, 2 of them again\n')
  expect(shown.stdout).toContain('config.template: "Dear {{name}}, yours {{sign}}" → "Dearest {{name}}')
  expect(jsonOf(await cli(['plan', 'letters.yaml', ...ROWS, '--against', '--json'], folder))).toMatchObject({
    counts: { run: 4 },
    against: { producers: [{ producer: 'Letter' }, { producer: 'All' }], loops: [{ loop: 'row', added: 1 }] },
  })
  const none = await cli(['plan', 'failing.yaml', '--against'], folder)
  expect(none.stdout).toContain('has no run yet')
})

test('fork: a new movie from a moment of another one', async () => {
  await run()
  await run('-i', 'sign=Bob')
  const forked = await cli(['fork', 'letters', '--at', '8', '--as', 'earlier', '--json'], folder)
  expect(jsonOf(forked)).toMatchObject({ movieId: 'earlier', from: 'letters', at: { seq: 8 } })
  expect(jsonOf(await run('--movie', 'earlier'))).toMatchObject({ counts: { succeeded: 0, cached: 3 } })
  const again = await cli(['fork', 'letters', '--as', 'earlier'], folder)
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('already') })
  expect((await cli(['fork', 'letters', '--as', 'other'], folder)).stdout).toContain(
    'other: forked from letters',
  )
})
