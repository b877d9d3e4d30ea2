import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { estimate } from '../../bench/measure/statistics.mjs'
import { resultPage } from '../../bench/report/page.mjs'
import { REPOSITORY } from '../support/markdown.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const execute = promisify(execFile)
const bench = (...args: string[]) => execute('node', ['bench/main.mjs', ...args], { cwd: REPOSITORY })

describe('npm run bench', () => {
  test('writes a result with what it depends on', async () => {
    const file = join(await temporaryFolder(), 'result.json')
    const { stdout } = await bench('--only', 'planning', '--smoke', '--json', file)
    expect(stdout).toContain('plan of 2,000 jobs')
    const result = JSON.parse(await readFile(file, 'utf8'))
    expect(result).toMatchObject({ smoke: true, node: process.versions.node })
    expect(Object.keys(result)).toEqual(expect.arrayContaining(['commit', 'cpu', 'cores', 'date']))
    expect(result.rows.map((row: { scenario: string }) => row.scenario)).toEqual(['planning', 'planning'])
  })

  test('compares with an earlier result, and refuses to compare a smoke run', async () => {
    const folder = await temporaryFolder()
    const earlier = join(folder, 'earlier.json')
    const later = join(folder, 'later.json')
    await writeFile(earlier, JSON.stringify(result([1, 1.01, 0.99])))
    await writeFile(later, JSON.stringify(result([0.5, 0.51, 0.49])))
    const { stdout } = await bench('--from', later, '--compare', earlier)
    expect(stdout).toContain('1 of 1 outside the noise: flood & <rest> (worse)')
    await writeFile(later, JSON.stringify({ ...result([1, 1, 1]), smoke: true }))
    expect((await bench('--from', later, '--compare', earlier)).stdout).toContain(
      'nothing that could be compared',
    )
  })

  test('keeps results by commit, and compares with the newest of them', async () => {
    const folder = await temporaryFolder()
    const [history, file] = [join(folder, 'history.jsonl'), join(folder, 'result.json')]
    for (const [commit, samples] of [
      ['aaa', [2, 2.01, 1.99]],
      ['bbb', [1, 1.01, 0.99]],
    ] as const) {
      await writeFile(file, JSON.stringify({ ...result(samples), commit }))
      await bench('--from', file, '--record', '--history', history)
    }
    const lines = (await readFile(history, 'utf8')).trim().split('\n')
    expect(lines.map(line => JSON.parse(line).commit)).toEqual(['aaa', 'bbb'])
    await writeFile(file, JSON.stringify(result([0.5, 0.51, 0.49])))
    const { stdout } = await bench('--from', file, '--compare', '--history', history)
    expect(stdout).toContain('Against bbb')
    expect(stdout).toContain('0.50 ×')
    expect(stdout).toContain('flood & <rest> (worse)')
    await writeFile(file, JSON.stringify({ ...result([1, 1, 1]), smoke: true }))
    await bench('--from', file, '--record', '--history', history)
    expect((await readFile(history, 'utf8')).trim().split('\n')).toHaveLength(2)
  })

  test('names its scenarios when there is none of that name', async () => {
    await expect(bench('--only', 'flod')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There are: flood'),
    })
    expect((await bench('--help')).stdout).toContain('--compare FILE')
  })
})

test('the page shows every row, as text', () => {
  const page = resultPage(result([0.9, 0.8, 1]))
  expect(page).toContain('flood &#38; &#60;rest&#62;')
  expect(page).toContain('not reached: 10 % short')
  expect(page).not.toContain('NaN')
})

function result(samples: readonly number[]) {
  const row = { name: 'flood & <rest>', scenario: 'flood', unit: '×', better: 'at least', goal: 1 }
  return {
    date: '2026-01-01T00:00:00.000Z',
    commit: 'abc',
    node: '20',
    cpu: 'one',
    cores: 2,
    smoke: false,
    rows: [{ ...row, value: estimate(samples), measured: '90/s', against: '100/s, that' }],
  }
}
