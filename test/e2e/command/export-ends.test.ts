import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { watch } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { CliProcess, cli } from '../../support/cli/cli.js'
import { cliProject } from '../../support/cli/cli-project.js'

const ROWS = 3_000
/** Such that compression gains little. */
const textOf = () => randomBytes(2_000).toString('hex')
const BLUEPRINT = `name: wide
inputs: { rows: table }
loops: { row: { over: "\${inputs.rows}" } }
producers:
  Short:
    loop: row
    provider: template
    config: { template: "{{id}}" }
    with: { id: "\${row.id}" }
    outputs: { Text: text }
`

async function project(): Promise<string> {
  const folder = await cliProject()
  const rows = Array.from({ length: ROWS }, (_, id) => `${id},${textOf()}`)
  await writeFile(join(folder, 'rows.csv'), `id,text\n${rows.join('\n')}\n`)
  await writeFile(join(folder, 'wide.yaml'), BLUEPRINT)
  const run = await cli(['run', 'wide.yaml', '-i', 'rows=@rows.csv', '--quiet'], folder)
  expect(run.code, run.stderr).toBe(0)
  return folder
}

/** Resolves when something appears in a folder, or when it is told to. */
function somethingIn(place: string): { readonly appeared: Promise<void>; end(): void } {
  let end = () => {}
  const appeared = new Promise<void>(resolve => {
    const watcher = watch(place, () => end())
    end = () => {
      watcher.close()
      resolve()
    }
  })
  return { appeared, end }
}

test('an export that is interrupted leaves nothing', { timeout: 90_000 }, async () => {
  const folder = await project()
  for (const name of ['out.csv', 'out.parquet', 'data/']) await interrupt(folder, name)
})

async function interrupt(folder: string, name: string): Promise<void> {
  const shown = name.replace('/', '')
  // It may be faster than the signal: then the table is whole.
  for (let attempt = 1; ; attempt++) {
    const place = join(folder, `${attempt}-${shown}`)
    await mkdir(place)
    const watched = somethingIn(place)
    const exporting = new CliProcess(['export', 'wide', '-o', join(place, name)], folder)
    await Promise.race([watched.appeared, exporting.ended])
    exporting.child.kill('SIGINT')
    const { code } = await exporting.ended
    watched.end()
    expect(await readdir(place)).toEqual(code === 0 ? [shown] : [])
    if (code !== 0) {
      expect(code).toBe(130)
      return
    }
    expect(attempt, 'tables that were faster than the signal').toBeLessThan(10)
  }
}

test.skipIf(process.platform === 'win32')(
  'a full disk ends an export, with what to do',
  { timeout: 90_000 },
  async () => {
    const folder = await project()
    await writeFile(join(folder, 'kept.csv'), 'mine')
    const before = await readdir(folder)
    for (const name of ['full.csv', 'full.parquet', 'full-data/', 'kept.csv']) {
      const { code, stderr } = await withLittleSpace(folder, ['export', 'wide', '-o', name, '--force'])
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('make space') })
      expect(await readdir(folder)).toEqual(before)
    }
    expect(await readFile(join(folder, 'kept.csv'), 'utf8')).toBe('mine')
  },
)

/** Runs the command with a limit for the size of files, which fails like a disk that is full. */
async function withLittleSpace(cwd: string, args: readonly string[]) {
  const program = [process.execPath, join(process.cwd(), 'dist/cli/main.js')]
  const script = 'ulimit -f 200; exec "$@"'
  return await promisify(execFile)('sh', ['-c', script, 'sh', ...program, ...args], { cwd }).then(
    () => ({ code: 0, stderr: '' }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  )
}
