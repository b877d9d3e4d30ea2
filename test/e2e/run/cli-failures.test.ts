import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { CliProcess, cli, jsonOf } from '../../support/cli/cli.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  await writeFile(
    join(folder, 'orders.yaml'),
    `name: orders
inputs: { orders: { type: table } }
loops: { order: { over: "\${inputs.orders}" }, copy: { count: 2 } }
producers:
  Check:
    loop: [order, copy]
    provider: own
    with: { kind: "\${order.kind}" }
    outputs: { Text: text }
    retry: { attempts: 2, baseDelay: 1h, maxDelay: 1h }
`,
  )
  await writeFile(
    join(folder, 'own.mjs'),
    `const error = (code, message) => Object.assign(new Error(message), { name: 'ProviderError', code })
export function produce({ inputs, jobId }) {
  if (inputs.kind === 'wrong') throw error('invalid', 'Order ' + jobId.length + 'x9 is unknown.')
  if (inputs.kind === 'later') throw error('timeout', 'Not now.')
  if (inputs.kind === 'refused') throw error('content', 'No.')
  return { outputs: { Text: inputs.kind } }
}
`,
  )
  await writeFile(join(folder, 'showrunner.config.yaml'), 'providers: { own: { module: ./own.mjs } }\n')
})

const table = (...kinds: string[]) => writeFile(join(folder, 'orders.csv'), `kind\n${kinds.join('\n')}\n`)
// One thread, so that what happens first is told first.
const RUN = ['run', 'orders.yaml', '-i', 'orders=@orders.csv', '--threads', '1'] as const

test('failures are grouped by what they say, with the rows of the file, also when a run is quiet', async () => {
  await table('fine', 'wrong', 'refused', 'wrong')
  const quiet = await cli([...RUN, '--quiet'], folder)
  expect(quiet.code).toBe(1)
  expect(quiet.stderr).toBe('')
  expect(quiet.stdout).toMatch(
    / {2}4 × invalid: Order \w+ is unknown\.\n {6}Producer:Check\[1\]\[0\] \(row 2 of orders\)/,
  )
  expect(quiet.stdout).toMatch(/ {2}2 × content: No\./)
  const groups = [
    {
      code: 'invalid',
      count: 4,
      jobs: [{ rows: [{ input: 'orders', row: 2 }] }, {}, { rows: [{ row: 4 }] }],
    },
    { code: 'content', count: 2, jobs: [{ jobId: 'Producer:Check[2][0]', rows: [{ row: 3 }] }, {}] },
  ]
  const status = await cli(['status', 'orders', '--json'], folder)
  expect(jsonOf(status)).toMatchObject({
    failureGroups: groups,
    failures: [{ rows: [{ row: 2 }] }, {}, {}, {}, {}, {}],
  })
  const again = await cli([...RUN, '--json'], folder)
  expect(jsonOf(again)).toMatchObject({ failures: groups })
  expect((await cli(RUN, folder)).stderr).toContain('failed Producer:Check[1][0] (row 2 of orders): invalid')
})

test('a job that waits for its retry has not failed, also when its run is killed', async () => {
  await table('later', 'wrong')
  const run = new CliProcess(RUN, folder)
  await run.prints(/failed Producer:Check\[1\]\[1\]/)
  run.child.kill('SIGKILL')
  await run.ended
  const status = jsonOf(await cli(['status', 'orders', '--json'], folder))
  expect(status).toMatchObject({
    jobs: { retrying: 2, failed: 2, submitted: 0 },
    failureGroups: [{ count: 2 }],
  })
  expect((await cli(['status', 'orders'], folder)).stdout).toContain('2 failed, 2 to be tried again')
  expect(jsonOf(await cli(['verify', 'orders', '--json'], folder))).toMatchObject({ isClean: true })
})

test('artifacts of rows that are gone are marked, until their row is back', async () => {
  await table('a', 'b', 'c')
  expect((await cli(RUN, folder)).code).toBe(0)
  expect(jsonOf(await cli(['status', 'orders', '--json'], folder))).toMatchObject({ goneArtifacts: 0 })
  await table('a', 'b')
  expect((await cli(RUN, folder)).code).toBe(0)
  expect(jsonOf(await cli(['status', 'orders', '--json'], folder))).toMatchObject({
    artifacts: 6,
    goneArtifacts: 2,
  })
  const { stdout } = await cli(['artifacts', 'orders'], folder)
  expect(stdout.split('\n').filter(line => line.includes('(gone)'))).toEqual([
    'Producer:Check[2][0].Text  "c"  (gone)',
    'Producer:Check[2][1].Text  "c"  (gone)',
  ])
  const json = (await cli(['artifacts', 'orders', '--json', '--id', 'Check[2][0].Text'], folder)).stdout
  expect(JSON.parse(json)).toMatchObject({ isGone: true })
  await table('a', 'b', 'c')
  expect(jsonOf(await cli([...RUN, '--json'], folder))).toMatchObject({ counts: { cached: 6, succeeded: 0 } })
  expect(jsonOf(await cli(['status', 'orders', '--json'], folder))).toMatchObject({ goneArtifacts: 0 })
})

test('what is asked for and does nothing says why', async () => {
  await table('a', 'b')
  expect((await cli(RUN, folder)).code).toBe(0)
  const nothing = await cli(
    ['rehearse', 'orders.yaml', '-i', 'orders=@orders.csv', '--latency', 'own=1s'],
    folder,
  )
  expect(nothing.stdout).toContain('Nothing to run: all 4 jobs are up to date.')
  expect((await cli(['pin', 'orders', 'Check[1][0].Text'], folder)).code).toBe(0)
  const pinned = await cli([...RUN, '--regenerate', 'Check[1][0]', '--quiet'], folder)
  expect(pinned.stdout).toContain('Not regenerated: Producer:Check[1][0].Text is pinned and stays as it is.')
  const plan = ['plan', 'orders.yaml', '-i', 'orders=@orders.csv', '--explain', 'Check[1][0].Text']
  expect((await cli(plan, folder)).stdout).toContain('Producer:Check[1][0] (layer 1) is pinned')
})

test('a provider in TypeScript that Node cannot load says so, with its file, and no job is tried twice', async () => {
  // Enums are beyond what any version of Node strips.
  await writeFile(
    join(folder, 'moods.ts'),
    'enum Mood { Calm }\nexport const produce = () => ({ outputs: { Text: Mood[0] } })',
  )
  const producer = { provider: 'module', config: { file: './moods.ts' }, outputs: { Text: 'text' } }
  await writeFile(
    join(folder, 'moods.json'),
    JSON.stringify({ name: 'moods', producers: { Mood: producer } }),
  )
  expect((await cli(['run', 'moods.json'], folder)).code).toBe(1)
  const log = await cli(['log', 'moods', '--json'], folder)
  const failed = log.stdout.split('\n').filter(line => line.includes('"job.failed"'))
  expect(failed).toHaveLength(1)
  expect(JSON.parse(failed[0]!)).toMatchObject({
    error: { code: 'invalid', message: expect.stringMatching(/moods\.ts.*TypeScript/) },
  })
})
