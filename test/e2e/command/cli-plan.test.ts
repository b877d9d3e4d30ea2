import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { cliProject, ROWS } from '../../support/cli/cli-project.js'

let folder: string
beforeEach(async () => {
  folder = await cliProject()
})

const run = () => cli(['run', 'letters.yaml', ...ROWS], folder)

describe('plan', () => {
  test('shows what would run by layer, and why', async () => {
    await run()
    const changed = await cli(['plan', 'letters.yaml', ...ROWS, '-i', 'sign=Bob'], folder)
    expect(changed.code).toBe(0)
    expect(changed.stdout).toMatch(/Letter +template +2 +2 .*2 inputs changed/)
    expect(changed.stdout).toContain('letters: 3 of 3 jobs to run')
    const same = await cli(['plan', 'letters.yaml', ...ROWS], folder)
    expect(same.stdout).toContain('nothing to run; 3 of 3 jobs are cached')
    expect(same.stdout).toContain('rows: 2 rows, 1 column, delimiter ,\n')
    const json = jsonOf(await cli(['plan', 'letters.yaml', ...ROWS, '-i', 'sign=Bob', '--json'], folder))
    expect(json).toMatchObject({
      movieId: 'letters',
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      inputs: { rows: { rows: 2, columns: 1, delimiter: ',' } },
      counts: { jobs: 3, run: 3, cached: 0, skipped: 0 },
      layers: [
        { layer: 1, producer: 'Letter', jobs: 2, run: 2, reasons: { changed: 2 } },
        { layer: 2, producer: 'All', jobs: 1, run: 1, reasons: { upstream: 1 } },
      ],
    })
  })

  test('--explain says why one job would run, in words and as JSON', async () => {
    const explain = (...args: string[]) => cli(['plan', 'letters.yaml', ...ROWS, ...args], folder)
    expect((await explain('--explain', 'Letter[1]')).stdout).toMatch(
      /^Producer:Letter\[1\] \(layer 1\) would run/,
    )
    await run()
    expect((await explain('--explain', 'All')).stdout).toContain('is cached')
    const changed = await explain('-i', 'sign=Bob', '--explain', 'Producer:Letter[0]', '--json')
    expect(jsonOf(changed)).toEqual({
      jobId: 'Producer:Letter[0]',
      layer: 1,
      type: 'run',
      reason: { type: 'changed', inputs: ['sign'] },
    })
    const settings = await cli(['plan', 'letters.yaml', ...ROWS], folder)
    expect(settings.stdout).toContain('nothing to run')
    const yaml = await readFile(join(folder, 'letters.yaml'), 'utf8')
    await writeFile(join(folder, 'letters.yaml'), yaml.replace('Dear', 'Dearest'))
    expect((await cli(['plan', 'letters.yaml', ...ROWS], folder)).stdout).toContain('2 settings changed')
    const explained = await explain('--explain', 'Letter[0]')
    expect(explained.stdout).toContain('Of the settings: config.template.')
    for (const [written, meant] of [
      ['leter[1]', 'Letter[1]'],
      ['Letter', 'Letter[0]'],
      ['All[0]', 'All'],
    ] as const)
      expect((await explain('--explain', written)).stderr).toContain(`Did you mean "${meant}"?`)
    const unknown = await explain('--explain', 'Letter[7]')
    expect(unknown).toMatchObject({ code: 2 })
    expect(unknown.stderr).toContain('JOB_UNKNOWN')
  })
})
