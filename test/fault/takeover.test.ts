import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CliProcess, cli, jsonOf } from '../support/cli/cli.js'
import { newStore, STORES } from '../support/engine-fixture.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const blueprint = `name: slow
loops: { n: { count: 30 } }
producers:
  Clip: { loop: n, provider: module, config: { file: ./slow.mjs }, outputs: { Text: text } }
`
/** From the third job on nothing ends before \`go\` is there. */
const provider = `import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
export async function produce({ indices }, { signal }) {
  if (indices.n === 2) console.error('waiting')
  while (indices.n >= 2 && !existsSync(new URL('./go', import.meta.url))) await sleep(10, undefined, { signal })
  return { outputs: { Text: 'clip ' + indices.n } }
}
`

async function project(): Promise<string> {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'slow.yaml'), blueprint)
  await writeFile(join(folder, 'slow.mjs'), provider)
  return folder
}

/** Memory is nobody else's. */
describe.each(STORES.filter(kind => kind !== 'memory'))('a run that is taken over (%s)', kind => {
  test('while it was suspended: it wakes up fenced, acknowledges nothing more, and exits with 3', async () => {
    const folder = await project()
    const run = ['run', 'slow.yaml', '--json', '--threads', '1', '--store', await newStore(kind)]
    const first = new CliProcess(run, folder)
    await first.prints(/waiting/)
    first.child.kill('SIGSTOP')

    const busy = await cli(run, folder)
    expect(busy.code).toBe(3)
    expect(busy.stderr).toMatch(/MOVIE_BUSY: .*--takeover/)
    await writeFile(join(folder, 'go'), '')
    const second = await cli([...run, '--takeover'], folder)
    expect(jsonOf(second)).toMatchObject({ status: 'succeeded' })

    first.child.kill('SIGCONT')
    const fenced = await first.ended
    expect(fenced.code).toBe(3)
    expect((jsonOf(fenced).error as { code: string }).code).toMatch(/^(WRITER_FENCED|MOVIE_BUSY)$/)
    const store = ['--store', run.at(-1)!]
    const log = await cli(['log', 'slow', ...store, '--json'], folder)
    const done = log.stdout.split('\n').filter(line => line.includes('"job.succeeded"'))
    expect(new Set(done.map(line => (JSON.parse(line) as { jobId: string }).jobId)).size).toBe(30)
    expect(done).toHaveLength(30)
    expect((await cli(['verify', 'slow', ...store], folder)).code).toBe(0)
  })

  test('while it works: it ends with 3, and the other one makes the rest', async () => {
    const folder = await project()
    const run = ['run', 'slow.yaml', '--json', '--threads', '1', '--store', await newStore(kind)]
    const first = new CliProcess(run, folder)
    await first.prints(/waiting/)
    const second = new CliProcess([...run, '--takeover'], folder)
    await second.prints(/waiting/)
    await writeFile(join(folder, 'go'), '')
    const [before, after] = await Promise.all([first.ended, second.ended])
    expect(before.code).toBe(3)
    expect(jsonOf(after)).toMatchObject({ status: 'succeeded' })
  })
})
