import type { MovieRow } from '../../index.js'
import { shortenedText } from './shortened-text.js'
import { table } from './table.js'

/** The least that a column gets, in characters. */
const CELL_LEAST = 12
const LINE_CHARS = 120

/** Rows with what was made from them, for a terminal: long texts are cut. */
export function rowsText(rows: readonly MovieRow[], columns = process.stdout.columns ?? LINE_CHARS): string {
  const shown = rows.map(cellsOf)
  const names = [...new Set(shown.flatMap(cells => [...cells.keys()]))]
  const width = Math.max(CELL_LEAST, Math.floor(columns / names.length) - 2)
  return table([names, ...shown.map(cells => names.map(name => shortenedText(cells.get(name) ?? '', width)))])
}

function cellsOf({ key, element, status, jobs, costUsd, ...made }: MovieRow): ReadonlyMap<string, string> {
  const cells = new Map([['key', String(key)]])
  const fields = typeof element === 'object' && element !== null ? element : { element }
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) cells.set(name, text(value))
  for (const [producer, outputs] of Object.entries(made)) {
    if (Array.isArray(outputs)) cells.set(producer, text(outputs))
    else if (outputs === undefined)
      for (const [column, answer] of rejectedCells(jobs, producer)) cells.set(column, answer)
    else
      for (const [output, value] of Object.entries(outputs as object))
        cells.set(`${producer}.${output}`, text(value))
  }
  const failed = jobs.find(({ error }) => error !== undefined)?.error
  cells.set('status', `${failed ? `${status}: ${failed.message}` : status}${reviewText(jobs)}`)
  return cells
}

/** What was answered, and not accepted, in the place of what would have been. */
function rejectedCells(jobs: MovieRow['jobs'], producer: string): [column: string, answer: string][] {
  const { rejected } = jobs.find(job => job.producer === producer) ?? {}
  if (rejected === undefined) return []
  const { outputs = {}, answer } = rejected
  if (answer !== undefined) return [[producer, `rejected: ${answer}`]]
  return Object.entries(outputs).map(([name, value]) => [`${producer}.${name}`, `rejected: ${text(value)}`])
}

/** Who waits for people, and what they have rejected. */
function reviewText(jobs: MovieRow['jobs']): string {
  const producers = (state: string) =>
    [...new Set(jobs.flatMap(({ producer, review }) => (review === state ? [producer] : [])))].join(', ')
  const [waiting, rejected] = [producers('waiting'), producers('rejected')]
  return `${waiting && `; to judge: ${waiting}`}${rejected && `; rejected: ${rejected}`}`
}

function text(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
