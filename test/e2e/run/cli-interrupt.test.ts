import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { CliProcess, cli, jsonOf } from '../../support/cli/cli.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** Twenty jobs, of which those from the third on wait until the file `go` is there. */
const blueprint = `name: slow
loops: { n: { count: 20 } }
producers:
  Clip: { loop: n, provider: module, config: { file: ./slow.mjs }, outputs: { Text: text } }
`
const provider = `import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
export async function produce({ indices }, { signal, log }) {
  if (indices.n >= 2) {
    console.error('waiting')
    while (!existsSync(new URL('./go', import.meta.url))) await sleep(10, undefined, { signal })
  }
  return { outputs: { Text: 'clip ' + indices.n } }
}
`
/** The same, and deaf to every abort. */
const deaf = provider.replace(', undefined, { signal }', '')

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  await writeFile(join(folder, 'slow.yaml'), blueprint)
  await writeFile(join(folder, 'slow.mjs'), provider)
})

const RUN = ['run', 'slow.yaml', '--json', '--threads', '1', '--concurrency', '2'] as const

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', signal => {
  test('ends the run in good order: exit code 130, and the same command makes the rest', async () => {
    const running = new CliProcess(RUN, folder)
    await running.prints(/waiting/)
    running.child.kill(signal)
    const result = await running.ended
    expect(result.code).toBe(130)
    const { runId, counts } = jsonOf(result) as { runId: string; counts: { succeeded: number } }
    expect(jsonOf(result)).toMatchObject({ status: 'cancelled', revision: 1, counts: { failed: 0 } })
    expect(jsonOf(await cli(['status', 'slow', '--json'], folder))).toMatchObject({
      lastRun: { runId, status: 'cancelled' },
      writer: null,
    })
    await writeFile(join(folder, 'go'), '')
    const rest = await cli(RUN, folder)
    expect(rest.code).toBe(0)
    expect(jsonOf(rest)).toMatchObject({
      status: 'succeeded',
      revision: 2,
      counts: { succeeded: 20 - counts.succeeded, cached: counts.succeeded },
    })
  })
})

test('a second Ctrl-C quits at once, and what was made is kept', async () => {
  await writeFile(join(folder, 'slow.mjs'), deaf)
  const running = new CliProcess(['run', 'slow.yaml', '--threads', '1', '--concurrency', '1'], folder)
  await running.prints(/waiting/)
  running.child.kill('SIGINT')
  await running.prints(/Press Ctrl-C again/)
  running.child.kill('SIGINT')
  expect(await running.ended).toMatchObject({ code: 130, stdout: '' })
  await writeFile(join(folder, 'go'), '')
  expect(await cli(['verify', 'slow'], folder)).toMatchObject({ code: 0 })
  expect(jsonOf(await cli(RUN, folder))).toMatchObject({ counts: { succeeded: 18, cached: 2 } })
})

test('a movie that another process is writing: exit code 3, and who it is', async () => {
  const running = new CliProcess(RUN, folder)
  await running.prints(/waiting/)
  const second = await cli(RUN, folder)
  expect(second.code).toBe(3)
  expect(jsonOf(second)).toMatchObject({ error: { code: 'MOVIE_BUSY', details: { movieId: 'slow' } } })
  expect(second.stderr).toContain(`/${running.child.pid}/`)
  const waiting = new CliProcess([...RUN, '--wait', '60'], folder)
  await writeFile(join(folder, 'go'), '')
  expect(await running.ended).toMatchObject({ code: 0 })
  const waited = await waiting.ended
  expect(waited.code).toBe(0)
  expect(jsonOf(waited)).toMatchObject({ status: 'succeeded', counts: { succeeded: 0, cached: 20 } })
})
