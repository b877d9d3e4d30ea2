import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { cli, jsonOf } from '../support/cli.js'
import { temporaryFolder } from '../support/temporary-folder.js'

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
    'providers:\n  images: { module: builtin:simulate, price: { perImage: 0.1 } }\n',
  )
})

test('a budget stops the run with exit code 4, and a higher one makes the rest', async () => {
  const stopped = await cli(['run', 'pictures.yaml', '--budget', '1.05usd'], folder)
  expect(stopped.code).toBe(4)
  expect(stopped.stdout).toMatch(/stopped in .* 10 made .*\$1\.0000/)
  expect(stopped.stdout).toContain('Run again with a higher --budget')
  const rest = await cli(['run', 'pictures.yaml', '--budget', '$5', '--budget', 'images=3', '--json'], folder)
  expect(rest.code).toBe(0)
  expect(jsonOf(rest)).toMatchObject({ status: 'succeeded', counts: { succeeded: 20, cached: 10 }, cost: 2 })
  const { stdout } = await cli(['status', 'pictures'], folder)
  expect(stdout).toContain('$3.0000: Picture $3.0000\n')
})

test('plan estimates calls and dollars', async () => {
  const plan = await cli(['plan', 'pictures.yaml'], folder)
  expect(plan.stdout).toContain('about 30 calls · $3.00')
  const json = jsonOf(await cli(['plan', 'pictures.yaml', '--json'], folder))
  expect(json).toMatchObject({ estimate: { calls: 30, cost: 3, unpriced: [] } })
})

test.each([
  [['--budget', 'much'], 'USAGE_INVALID'],
  [['--budget', 'pictures=1'], 'USAGE_INVALID'],
])('%j is refused, and nothing is made', async (options, code) => {
  const refused = await cli(['run', 'pictures.yaml', ...options, '--json'], folder)
  expect(refused.code).toBe(2)
  expect(jsonOf(refused)).toMatchObject({ error: { code } })
})

test('without a price a budget is refused when it is planned', async () => {
  await writeFile(join(folder, 'own.mjs'), 'export const produce = () => ({ outputs: {} })\n')
  await writeFile(join(folder, 'showrunner.config.yaml'), 'providers:\n  images: { module: ./own.mjs }\n')
  for (const command of ['plan', 'run']) {
    const refused = await cli([command, 'pictures.yaml', '--budget', '1', '--json'], folder)
    expect([refused.code, jsonOf(refused)]).toMatchObject([2, { error: { code: 'BUDGET_UNPRICED' } }])
  }
})
