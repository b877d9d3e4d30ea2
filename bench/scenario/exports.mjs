import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { figureRow, speedRow } from '../report/row.mjs'
import { BLUEPRINT, tableText } from '../support/exported-rows.mjs'
import { measuredProgram } from '../support/measured-program.mjs'
import { withFolder } from '../support/temporary-folder.mjs'

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const BARE = fileURLToPath(new URL('../programs/bare-export.mjs', import.meta.url))

const FORMATS = [
  { format: 'csv', writer: 'csv-stringify' },
  { format: 'jsonl', writer: 'JSON.stringify' },
  { format: 'parquet', writer: 'hyparquet-writer' },
]

/** The rows of a movie as a table, against the format's own writer with the same rows at hand; and the memory of both sizes. */
export async function exports(/** @type {boolean} */ isSmoke) {
  const [few, many] = isSmoke ? [200, 1_000] : [100_000, 1_000_000]
  const small = await withShop(few, folder => measuredProgram(folder, PROGRAM, ...exportTo('small.csv')))
  return await withShop(many, async folder => {
    const rows = []
    for (const { format, writer } of FORMATS) {
      /** @type {{ ours: number[], theirs: number[] }} */
      const pairs = { ours: [], theirs: [] }
      const megabytes = []
      for (let turn = 0; turn < (isSmoke ? 1 : 2); turn++) {
        const ours = await measuredProgram(folder, PROGRAM, ...exportTo(`ours.${format}`))
        const theirs = await measuredProgram(folder, BARE, format, `theirs.${format}`, String(many))
        pairs.ours.push(ours.cpuMs)
        pairs.theirs.push(theirs.cpuMs)
        megabytes.push(ours.peakBytes / 1e6)
      }
      const name = `export of ${many.toLocaleString('en-US')} rows as ${format}`
      const why = 'the log is folded and joined with the table: two events a row'
      const against = `${writer} alone, rows at hand`
      rows.push(
        speedRow({ name: `${name}, processor time`, why, amount: many, against }, pairs),
        figureRow(
          {
            name: `${name}, peak memory`,
            goal: 400,
            unit: 'MB',
            better: 'at most',
            measured: 'whole process',
            against: `${Math.round(small.peakBytes / 1e6)} MB for ${few.toLocaleString('en-US')} rows as csv`,
          },
          megabytes,
        ),
      )
    }
    return rows
  })
}

const exportTo = (/** @type {string} */ file) => ['export', 'shop', '-o', file, '--force']

/**
 * A folder with a movie whose rows are made.
 *
 * @template Result @param {number} rows @param {(folder: string) => Promise<Result>} use
 * @returns {Promise<Result>}
 */
const withShop = (rows, use) =>
  withFolder(async folder => {
    await writeFile(join(folder, 'shop.yaml'), BLUEPRINT)
    await writeFile(join(folder, 'rows.csv'), tableText(rows))
    await measuredProgram(folder, PROGRAM, 'run', 'shop.yaml', '-i', 'rows=@rows.csv', '--quiet')
    return await use(folder)
  })
