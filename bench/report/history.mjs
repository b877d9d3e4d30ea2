import { appendFile, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** A result a line, the oldest first. */
export const HISTORY = fileURLToPath(new URL('../results/history.jsonl', import.meta.url))

/**
 * @typedef {ReturnType<typeof import('./environment.mjs').environment> & { rows: import('./row.mjs').Row[] }} Result
 */

/** Appends what a later result can be compared with: samples, and what they depend on. @param {Result} result */
export async function recordResult(result, file = HISTORY) {
  const { date, commit, node, cpu, cores, loadBefore } = result
  const rows = result.rows.map(({ name, unit, better, value }) => ({
    name,
    unit,
    better,
    samples: value.samples.map(sample => Number(sample.toPrecision(4))),
  }))
  await appendFile(file, `${JSON.stringify({ date, commit, node, cpu, cores, loadBefore, rows })}\n`)
}

async function readHistory(file = HISTORY) {
  const lines = (await readFile(file, 'utf8')).split('\n').filter(line => line !== '')
  return lines.map(line => JSON.parse(line))
}

/**
 * The newest record of each row, since a result may hold only some scenarios; date and commit are those of the last.
 * @returns {Promise<{ date: string, commit: string, rows: import('./row.mjs').Row[] }>}
 */
export async function newestRecord(file = HISTORY) {
  const results = await readHistory(file)
  const last = results.at(-1)
  if (last === undefined) throw new Error(`${file} has no result yet: npm run bench -- --record`)
  const rows = new Map()
  for (const result of results) {
    for (const { samples, ...row } of result.rows) rows.set(row.name, { ...row, value: { samples } })
  }
  return { date: last.date, commit: last.commit, rows: [...rows.values()] }
}
