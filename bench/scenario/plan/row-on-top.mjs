import { measurePairs } from '../../measure/measure.mjs'
import { median } from '../../measure/statistics.mjs'
import { figureRow, number, timeRow } from '../../report/row.mjs'
import { timeRun, withEngine } from '../../support/engine.mjs'

/** A row is put on top of a table that has been run: one call, whether its rows have keys or are found by what they say. */
export async function rowOnTop(/** @type {boolean} */ isSmoke) {
  const rows = []
  for (const hasKey of [true, false]) rows.push(...(await measured(hasKey, isSmoke)))
  return rows
}

/** @param {boolean} hasKey @param {boolean} isSmoke */
function measured(hasKey, isSmoke) {
  const count = isSmoke ? 1_000 : 100_000
  const blueprint = {
    name: 'table',
    inputs: { rows: /** @type {const} */ ('table') },
    loops: { row: { over: '${inputs.rows}', ...(hasKey && { key: '${row.id}' }) } },
    producers: {
      Say: { loop: 'row', provider: 'noop', with: { text: '${row.text}' }, outputs: { Text: 'text' } },
    },
  }
  let rows = Array.from({ length: count }, (_, index) => rowOf(index))
  return withEngine(async engine => {
    const run = () => timeRun(engine, { blueprint, inputs: { rows } })
    await run()
    const pairs = await measurePairs(isSmoke ? 1 : 5, {
      ours: () => {
        rows = [rowOf(rows.length), ...rows]
        return run()
      },
      theirs: run,
    })
    const name = `a row on top of ${count.toLocaleString('en-US')} rows ${hasKey ? 'with' : 'without'} a key`
    const against = 'a run of the same table in which nothing has changed'
    return [
      figureRow(
        {
          name,
          goal: 2,
          unit: 's',
          better: 'at most',
          measured: 'the whole run, of one call',
          against: `${number(median(pairs.theirs) / 1_000)} s, ${against}`,
          ...(!hasKey && {
            why: 'each row has moved to the place of another one, so each job takes a result, which is recorded: 200,000 events and a new manifest. With a key nothing is recorded for rows that stay what they were.',
          }),
        },
        pairs.ours.map(ms => ms / 1_000),
      ),
      timeRow({ name: `${name}, as a ratio`, against }, pairs),
    ]
  })
}

const rowOf = (/** @type {number} */ number) => ({ id: `row-${number}`, text: `text number ${number}` })
