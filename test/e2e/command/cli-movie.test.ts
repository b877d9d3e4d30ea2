import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { CliProcess, cli, jsonOf } from '../../support/cli/cli.js'
import { cliProject, ROWS } from '../../support/cli/cli-project.js'
import { putInPlace } from '../../support/storage/odd-entries.js'

let folder: string
beforeEach(async () => {
  folder = await cliProject()
})

const run = (...args: string[]) => cli(['run', 'letters.yaml', ...ROWS, ...args], folder)
const events = join('movies', 'letters', 'events.jsonl')

/** A blueprint whose images become files. */
const images = `name: images
loops: { n: { count: 2 } }
producers:
  Draw: { loop: n, provider: simulate, outputs: { Image: image/png, Facts: json } }
`

test('list: the movies of the store', async () => {
  const none = await cli(['list'], folder)
  expect(none).toMatchObject({ code: 0, stdout: expect.stringContaining('no movies in file:') })
  await run()
  await run('--movie', 'another')
  expect((await cli(['list'], folder)).stdout).toBe('another\nletters\n')
  expect(jsonOf(await cli(['list', '--json'], folder))).toMatchObject({ movies: ['another', 'letters'] })
})

test('status: how far a movie is, and what failed', async () => {
  await cli(['run', 'failing.yaml', '--quiet'], folder)
  const { stdout, code } = await cli(['status', 'failing'], folder)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^jobs +2 succeeded, 1 failed, 1 skipped/m)
  expect(stdout).toMatch(/^Producer:Check\[1\] +bug /m)
  expect(jsonOf(await cli(['status', 'failing', '--json'], folder))).toMatchObject({
    movieId: 'failing',
    revision: 1,
    artifacts: 2,
    jobs: { succeeded: 2, failed: 1, skipped: 1, submitted: 0 },
    lastRun: { status: 'failed' },
    writer: null,
    failures: [{ jobId: 'Producer:Check[1]', error: { code: 'bug' } }],
  })
})

describe('log', () => {
  test('shows events by type and from a number on, as lines or as JSON', async () => {
    await run()
    const all = await cli(['log', 'letters', '--json'], folder)
    const lines = all.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1))
    expect(lines.at(0)).toMatchObject({ type: 'writer.opened' })
    const made = await cli(['log', 'letters', '--type', 'artifact', '--type', 'run.finished'], folder)
    expect(made.stdout.trimEnd().split('\n')).toHaveLength(4)
    expect(made.stdout).toContain('artifactId=Producer:All.Text')
    const misspelt = await cli(['log', 'letters', '--type', 'job.fail'], folder)
    expect(misspelt).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean job.failed?') })
    const since = await cli(['log', 'letters', '--since', String(lines.length - 1), '--json'], folder)
    expect(jsonOf(since)).toMatchObject({ seq: lines.length, type: 'writer.closed' })
  })

  test('--follow goes on with what another process makes, until Ctrl-C', async () => {
    await run()
    const follower = new CliProcess(['log', 'letters', '--follow', '--type', 'run.finished'], folder)
    await follower.prints(/run\.finished/)
    await run('--regenerate', 'All')
    await follower.prints(/run\.finished[\s\S]*run\.finished/)
    follower.child.kill('SIGINT')
    const { code, stdout } = await follower.ended
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
  })

  test('a reader that has enough of it is no error', async () => {
    await run()
    const reader = new CliProcess(['log', 'letters', '--follow', '--json'], folder)
    await reader.prints(/writer\.closed/)
    reader.child.stdout!.destroy()
    await run('--regenerate', 'All')
    expect(await reader.ended).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('artifacts', () => {
  test('lists them, all or by pattern', async () => {
    await run()
    const all = await cli(['artifacts', 'letters'], folder)
    expect(all.stdout.split('\n')[0]).toBe('Producer:Letter[0].Text  "Dear Grace, yours Ada"')
    const some = await cli(['artifacts', 'letters', '--id', 'Producer:Letter[*', '--json'], folder)
    const records = some.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(records.map(({ artifactId, value }) => [artifactId, value])).toEqual([
      ['Producer:Letter[0].Text', 'Dear Grace, yours Ada'],
      ['Producer:Letter[1].Text', 'Dear Edsger, yours Ada'],
    ])
  })

  test('a job stands for all of its artifacts', async () => {
    await writeFile(join(folder, 'images.yaml'), images)
    await cli(['run', 'images.yaml'], folder)
    const idsOf = async (pattern: string) =>
      (await cli(['artifacts', 'images', '--id', pattern], folder)).stdout.match(/^\S+/gm)
    expect(await idsOf('Draw[1]')).toEqual(['Producer:Draw[1].Image', 'Producer:Draw[1].Facts'])
    expect(await idsOf('Draw[*]')).toHaveLength(4)
    expect(await idsOf('*.Facts')).toEqual(['Producer:Draw[0].Facts', 'Producer:Draw[1].Facts'])
  })

  test('--export writes each one as a file of its kind', async () => {
    await writeFile(join(folder, 'images.yaml'), images)
    await cli(['run', 'images.yaml', '--quiet'], folder)
    const result = await cli(['artifacts', 'images', '--export', 'out', '--json'], folder)
    expect(jsonOf(result)).toEqual({ movieId: 'images', exported: 4, folder: join(folder, 'out') })
    expect((await readdir(join(folder, 'out'))).sort()).toEqual([
      'Draw-0.Facts.json',
      'Draw-0.Image.png',
      'Draw-1.Facts.json',
      'Draw-1.Image.png',
    ])
    const png = await readFile(join(folder, 'out', 'Draw-1.Image.png'))
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect(JSON.parse(await readFile(join(folder, 'out', 'Draw-0.Facts.json'), 'utf8'))).toHaveProperty(
      'title',
    )
  })
})

test('--export replaces a link or a FIFO of a name, and writes nothing through it', async () => {
  await writeFile(join(folder, 'images.yaml'), images)
  await cli(['run', 'images.yaml', '--quiet'], folder)
  await writeFile(join(folder, 'precious'), 'mine')
  await putInPlace('link', join(folder, 'out', 'Draw-0.Facts.json'), join(folder, 'precious'))
  await putInPlace('FIFO', join(folder, 'out', 'Draw-0.Image.png'), '')
  await cli(['artifacts', 'images', '--export', 'out'], folder)
  expect(await readFile(join(folder, 'precious'), 'utf8')).toBe('mine')
  expect(JSON.parse(await readFile(join(folder, 'out', 'Draw-0.Facts.json'), 'utf8'))).toHaveProperty('title')
  expect((await readdir(join(folder, 'out'))).toSorted()).toEqual([
    'Draw-0.Facts.json',
    'Draw-0.Image.png',
    'Draw-1.Facts.json',
    'Draw-1.Image.png',
  ])
})

describe('verify', () => {
  test('a sound movie: exit code 0', async () => {
    await run()
    const clean = await cli(['verify', 'letters'], folder)
    expect(clean).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^letters: clean\. Checked \d+ events/),
    })
    expect(jsonOf(await cli(['verify', 'letters', '--json'], folder))).toMatchObject({
      movieId: 'letters',
      isClean: true,
      findings: [],
      checked: { events: 10, blobs: 0, revision: 1 },
    })
  })

  test('a damaged one: exit code 1, and where the damage is', async () => {
    await run()
    const log = await readFile(join(folder, events), 'utf8')
    await writeFile(join(folder, events), log.replace('Dear Grace', 'Dear Trace'))
    const line = log.split('\n').findIndex(text => text.includes('Dear Grace')) + 1
    const damaged = await cli(['verify', 'letters'], folder)
    expect(damaged.code).toBe(1)
    expect(damaged.stdout).toContain(`damage  letters/events.jsonl:${line} `)
    const json = await cli(['verify', 'letters', '--json'], folder)
    expect(json.code).toBe(1)
    expect(jsonOf(json)).toMatchObject({ isClean: false, findings: [{ severity: 'damage' }] })
  })
})

test('what fits nothing, cannot be written or was never pinned is said', async () => {
  const folder = await cliProject()
  await cli(['run', 'letters.yaml', ...ROWS], folder)
  const none = await cli(['artifacts', 'letters', '--id', 'Leter*'], folder)
  expect(none).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('Leter*') })
  // Node's own way of making folders never ends there.
  const nowhere = await cli(['artifacts', 'letters', '--export', '/proc/nowhere/out'], folder)
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE_INVALID') })
  const unpinned = await cli(['unpin', 'letters', 'Letter[0].Text'], folder)
  expect(unpinned).toMatchObject({ code: 0, stdout: expect.stringContaining('not pinned') })
})

test('gc and copy: what they did, for people to read and for machines', async () => {
  const folder = await cliProject()
  await cli(['run', 'letters.yaml', ...ROWS], folder)
  const gc = await cli(['gc', 'letters', '--dry-run'], folder)
  expect(gc).toMatchObject({ code: 0 })
  expect(gc.stdout).toMatch(/^letters: would be removed: 0 blobs, 0 manifests/)
  expect(jsonOf(await cli(['gc', 'letters', '--json'], folder))).toMatchObject({ isDryRun: false })
  const copied = jsonOf(await cli(['copy', 'letters', '--to', 'file:./elsewhere', '--json'], folder))
  expect(copied).toMatchObject({ movieId: 'letters', blobs: 0 })
  expect(await cli(['verify', 'letters', '--store', 'file:./elsewhere'], folder)).toMatchObject({ code: 0 })
  expect(await cli(['copy', 'ghost', '--to', 'file:./elsewhere'], folder)).toMatchObject({ code: 2 })
  expect(await cli(['copy', 'letters'], folder)).toMatchObject({ code: 2 })
})

test('edit, pin and unpin: a version of your own is kept, and given back', async () => {
  const folder = await cliProject()
  const run = (...args: string[]) => cli(['run', 'letters.yaml', ...ROWS, '--json', ...args], folder)
  await run()
  const id = 'Producer:Letter[0].Text'
  const edited = await cli(['edit', 'letters', id, '--text', 'Hello Grace'], folder)
  expect(edited).toMatchObject({
    code: 0,
    stdout: `${id}: edited: later runs keep it. The next run regenerates what reads it.\n`,
  })
  expect(jsonOf(await run())).toMatchObject({ counts: { succeeded: 1, cached: 2 } })
  const listed = await cli(['artifacts', 'letters'], folder)
  expect(listed.stdout).toContain('"Hello Grace"  (edited)')
  expect(listed.stdout).toContain('Hello Grace; Dear Edsger')
  expect(jsonOf(await run('-i', 'sign=Alan'))).toMatchObject({ counts: { succeeded: 2, cached: 1 } })
  expect((await cli(['unpin', 'letters', 'Letter[0].Text'], folder)).stdout).toContain(
    'The next run gives it the version of its job',
  )
  expect(jsonOf(await run('-i', 'sign=Alan'))).toMatchObject({ counts: { succeeded: 2, cached: 1 } })
  expect(jsonOf(await cli(['pin', 'letters', id, '--json'], folder))).toMatchObject({ override: 'pinned' })

  const base = '0'.repeat(64)
  expect(await cli(['edit', 'letters', id, '--text', 'x', '--base', base], folder)).toMatchObject({ code: 3 })
  const usage = await cli(['edit', 'letters', id], folder)
  expect(usage).toMatchObject({ code: 2, stderr: expect.stringContaining('either --file or --text') })
  expect(await cli(['pin', 'letters', 'Producer:Lettre[0].Text'], folder)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean "Producer:Letter[0].Text"?'),
  })
})
