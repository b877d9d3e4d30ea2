import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  await writeFile(
    join(folder, 'clips.yaml'),
    `name: clips
loops: { n: { count: 100 } }
producers:
  Clip: { loop: n, provider: clips, outputs: { Text: text } }
`,
  )
  await writeFile(join(folder, 'own.mjs'), 'export const produce = () => ({ outputs: {} })\n')
  await writeFile(join(folder, 'showrunner.config.yaml'), 'providers:\n  clips: { module: ./own.mjs }\n')
})

test('several settings are compared, in a table and as JSON', async () => {
  const args = ['rehearse', 'clips.yaml', '--latency', 'clips=1s', '--concurrency', '5,20']
  const shown = await cli(args, folder)
  expect(shown.stdout).toMatch(/^ *5 +20\.\d s +[\d.]+ +100 +0 .*concurrency$/m)
  expect(shown.stdout).toMatch(/^ *20 +5\.\d s +[\d.]+ +100 +0 .*concurrency$/m)
  expect(jsonOf(await cli([...args, '--json'], folder))).toMatchObject({
    rehearsals: [
      { concurrency: 5, counts: { succeeded: 100 } },
      { concurrency: 20, counts: { succeeded: 100 } },
    ],
  })
})

test('latencies come from a file as well', async () => {
  const latency = { latencyMs: { distribution: 'uniform', min: 900, max: 1_100 } }
  await writeFile(join(folder, 'latency.json'), JSON.stringify(latency))
  const args = [
    'rehearse',
    'clips.yaml',
    '--latency',
    'clips=@latency.json',
    '--concurrency',
    '100',
    '--json',
  ]
  const { rehearsals } = jsonOf(await cli(args, folder)) as { rehearsals: { durationMs: number }[] }
  expect(rehearsals[0]!.durationMs).toBeGreaterThan(1_000)
})

test('where jobs make lists, the fewest and the most elements are in brackets', async () => {
  await writeFile(
    join(folder, 'scenes.yaml'),
    `name: scenes
loops: { scene: { over: "\${Script.Scenes}", min: 1, max: 9, expect: 4 } }
producers:
  Script: { provider: simulate, config: { latencyMs: 1000 }, outputs: { Scenes: json } }
  Picture: { loop: scene, provider: simulate, config: { latencyMs: 1000, costUsd: 1 }, with: { s: "\${scene}" }, outputs: { Text: text } }
`,
  )
  const { stdout } = await cli(['rehearse', 'scenes.yaml', '--concurrency', '1,9'], folder)
  expect(stdout).toMatch(
    /^ *1 +5\.0 s \(2\.0 s to 10\.0 s\) .* 5 \(2 to 10\) +0 +\$4\.0000 \(\$1\.0000 to \$9\.0000\) /m,
  )
  expect(stdout).toMatch(/^ *9 +2\.0 s {2}.* dependencies$/m)
  const json = jsonOf(
    await cli(['rehearse', 'scenes.yaml', '--concurrency', '1', '--budget', '5usd', '--json'], folder),
  )
  expect(json).toMatchObject({
    rehearsals: [{ costUsd: 4, least: { costUsd: 1 }, most: { costUsd: 5, stopReason: 'budget' } }],
  })
})

test.each([
  [[]],
  [['--latency', 'clips']],
  [['--latency', 'clips=soon']],
  [['--latency', 'clips=@missing.json']],
])('%j is refused with the way out', async options => {
  const refused = await cli(['rehearse', 'clips.yaml', ...options], folder)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('--latency')
})
