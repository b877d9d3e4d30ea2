import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { EXIT } from '../../src/cli/exit/exit-code.js'
import { exitCodeOfError } from '../../src/cli/exit/exit-code-of-error.js'
import { exitCodeOfRun } from '../../src/cli/exit/exit-code-of-run.js'
import { retryDelayMs } from '../../src/coordinator/settlement/retry-delay.js'
import { ERROR_CODES, type ErrorCode, ShowrunnerError } from '../../src/model/error/error.js'
import { JOB_ERROR_CODES, type JobErrorCode } from '../../src/model/error/job-error-code.js'

/** docs/errors.md is complete, and what it says about exit codes and retries is what the code does. */

const page = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8')

/** Rows of the table under a heading: the cells of each line that follows the dashes. */
function tableUnder(heading: string): string[][] {
  const [, section] = page.split(`## ${heading}\n`)
  const lines = section!.split('\n## ')[0]!.split('\n')
  const start = lines.findIndex(line => line.startsWith('|---'))
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'))
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split('|')
      .map(cell => cell.trim())
  return lines.slice(start + 1, end).map(cells)
}

const codeIn = (cell: string | undefined): string => cell!.replaceAll('`', '')
const errors = tableUnder('Errors of a call or a command')
const failures = tableUnder('Failed jobs')

test('every error code is documented once, and no other', () => {
  expect(errors.map(([code]) => codeIn(code)).sort()).toEqual([...ERROR_CODES].sort())
})

test('every job error code is documented once, and no other', () => {
  expect(failures.map(([code]) => codeIn(code)).sort()).toEqual([...JOB_ERROR_CODES].sort())
})

test('every row has a cause and a way out', () => {
  const bare = [...errors, ...failures].filter(row => row.length !== 4 || row.some(cell => cell === ''))
  expect(bare).toEqual([])
})

test.each(errors)('%s ends the command as documented', (code, _cause, _wayOut, exit) => {
  const error = new ShowrunnerError(codeIn(code) as ErrorCode, 'for the test')
  expect(exitCodeOfError(error)).toBe(Number(exit))
})

test.each(failures)('%s is tried again as documented', (code, _cause, _wayOut, isTriedAgain) => {
  const error = { code: codeIn(code) as JobErrorCode, message: 'for the test' }
  const retry = { attempts: 3, baseDelayMs: 1, maxDelayMs: 1 }
  const delayMs = retryDelayMs(
    error,
    { failures: 0, refusals: 0, losses: 0, isSoleSuspect: false },
    retry,
    0.5,
  )
  expect(delayMs === undefined ? 'no' : 'yes').toBe(isTriedAgain)
})

test('every exit code is documented', () => {
  const rows = tableUnder('Exit codes').map(([exit]) => Number(exit))
  expect(rows.sort((a, b) => a - b)).toEqual(Object.values(EXIT).sort((a, b) => a - b))
  const ends = (['succeeded', 'failed', 'stopped', 'cancelled'] as const).map(status =>
    exitCodeOfRun({ status }),
  )
  expect(rows).toEqual(expect.arrayContaining(ends))
  expect(exitCodeOfRun({ status: 'stopped', stopReason: 'budget' })).toBe(EXIT.budget)
})
