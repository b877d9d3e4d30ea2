import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** Says what each call has cost. */
const OWN = `const bytes = Buffer.from('89504e470d0a1a0a', 'hex')
export const produce = () => ({ outputs: { Image: { bytes, mimeType: 'image/png' } }, costUsd: 0.1 })
`
let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  await writeFile(
    join(folder, 'pictures.yaml'),
    `name: pictures
loops: { n: { count: 30 } }
producers:
  Picture: { loop: n, provider: images, config: { width: 8, height: 8 }, outputs: { Image: image/png } }
`,
  )
  await writeFile(
    join(folder, 'showrunner.config.yaml'),
    'providers:\n  images: { module: builtin:simulate, priceUsd: { perImage: 0.1 } }\n',
  )
})

test('a budget is of the movie: it stops the run with exit code 4, and only a higher one makes the rest', async () => {
  const stopped = await cli(['run', 'pictures.yaml', '--budget', '1.05usd'], folder)
  expect(stopped.code).toBe(4)
  expect(stopped.stdout).toMatch(/stopped in .* 10 made .*\$1\.0000/)
  expect(stopped.stdout).toContain('Run again with a higher --budget')
  const again = await cli(['run', 'pictures.yaml', '--budget', '1.05usd'], folder)
  expect(again.code).toBe(4)
  expect(again.stderr).toContain("$0.0500 of the movie's budget of $1.05 left; $1.00 was spent before")
  expect(again.stdout).toMatch(/ 0 made .* 10 already there/)
  const rest = await cli(['run', 'pictures.yaml', '--budget', '$5', '--budget', 'images=3', '--json'], folder)
  expect(rest.code).toBe(0)
  expect(jsonOf(rest)).toMatchObject({
    status: 'succeeded',
    counts: { succeeded: 20, cached: 10 },
    costUsd: 2,
  })
  const { stdout } = await cli(['status', 'pictures'], folder)
  expect(stdout).toContain('$3.0000: Picture $3.0000\n')
})

test('plan estimates calls and dollars', async () => {
  const plan = await cli(['plan', 'pictures.yaml'], folder)
  expect(plan.stdout).toContain('about 30 calls · $3.00')
  const json = jsonOf(await cli(['plan', 'pictures.yaml', '--json'], folder))
  expect(json).toMatchObject({ estimate: { calls: 30, costUsd: 3, unpriced: [] } })
})

test('plan and run say before the first call that a budget is not enough', async () => {
  const short = "The movie's budget is not enough: the run will take about $3.00."
  const plan = await cli(['plan', 'pictures.yaml', '--budget', '2.95usd'], folder)
  expect(plan.stdout).toContain(short)
  const json = jsonOf(await cli(['plan', 'pictures.yaml', '--budget', '2.95usd', '--json'], folder))
  expect(json).toMatchObject({ budgets: [{ leftUsd: 2.95, expectedUsd: 3, covers: 'part' }] })
  const run = await cli(['run', 'pictures.yaml', '--budget', '2.95usd'], folder)
  expect(run.code).toBe(4)
  expect(run.stderr.indexOf(short)).toBeGreaterThanOrEqual(0)
  expect(run.stderr.indexOf(short)).toBeLessThan(run.stderr.indexOf(" of the movie's budget of $2.95 left;"))
  const enough = await cli(['run', 'pictures.yaml', '--budget', '3usd'], folder)
  expect([enough.code, enough.stderr.includes('not enough')]).toEqual([0, false])
})

test.each([
  [['--budget', 'much'], 'USAGE_INVALID'],
  [['--budget', 'pictures=1'], 'USAGE_INVALID'],
])('%j is refused, and nothing is made', async (options, code) => {
  const refused = await cli(['run', 'pictures.yaml', ...options, '--json'], folder)
  expect(refused.code).toBe(2)
  expect(jsonOf(refused)).toMatchObject({ error: { code } })
})

test('a budget of one run starts again with each', async () => {
  for (const cached of [0, 10]) {
    const run = jsonOf(await cli(['run', 'pictures.yaml', '--budget-run', '1.05usd', '--json'], folder))
    expect(run).toMatchObject({ stopReason: 'budget', counts: { succeeded: 10, cached }, costUsd: 1 })
    expect(run.budgets).toMatchObject([{ scope: 'run', limitUsd: 1.05, spentUsd: 1, isExhausted: true }])
  }
})

test('what a killed process has spent counts for the next one', async () => {
  // Dies in the middle of its sixth call.
  const own = `import { appendFileSync, readFileSync } from 'node:fs'
const bytes = Buffer.from('89504e470d0a1a0a', 'hex')
export async function produce() {
  appendFileSync('calls.txt', 'x')
  if (readFileSync('calls.txt').length === 6) process.kill(process.pid, 'SIGKILL')
  return { outputs: { Image: { bytes, mimeType: 'image/png' } }, costUsd: 0.1 }
}
`
  await writeFile(join(folder, 'own.mjs'), own)
  const config = 'providers:\n  images: { module: ./own.mjs, priceUsd: { perCall: 0.1 } }\n'
  await writeFile(join(folder, 'showrunner.config.yaml'), config)
  const command = ['run', 'pictures.yaml', '--concurrency', '1', '--budget', '1usd']
  expect((await cli(command, folder)).code).toBe('SIGKILL')
  expect((await cli(command, folder)).code).toBe(4)
  const calls = (await readFile(join(folder, 'calls.txt'), 'utf8')).length
  // Nobody knows of the call that was in flight.
  expect(calls).toBe(11)
})

test('without a price a service is refused when a budget is planned; code of your own costs what it says', async () => {
  await writeFile(join(folder, 'own.mjs'), OWN)
  await writeFile(join(folder, 'showrunner.config.yaml'), 'providers:\n  images: { module: ./own.mjs }\n')
  const own = await cli(['run', 'pictures.yaml', '--budget', '0.5', '--concurrency', '1', '--json'], folder)
  expect([own.code, jsonOf(own)]).toMatchObject([4, { costUsd: 0.5, counts: { succeeded: 5 } }])
  await writeFile(
    join(folder, 'pictures.yaml'),
    `name: pictures
producers: { Picture: { provider: http, config: { url: "http://127.0.0.1:9/" }, outputs: { Image: image/png } } }
`,
  )
  for (const command of ['plan', 'run']) {
    const refused = await cli([command, 'pictures.yaml', '--budget', '1', '--json'], folder)
    expect([refused.code, jsonOf(refused)]).toMatchObject([2, { error: { code: 'BUDGET_UNPRICED' } }])
  }
})
