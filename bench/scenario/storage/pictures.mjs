import { figureRow } from '../../report/row.mjs'
import { runProgram } from '../../support/child.mjs'

/** What a process needs beside the bytes in flight, in MB. */
const BASE_MEGABYTES = 200

/** Pictures of 1 MiB, all wanted at once: the memory must stay near what `bytesInFlightLimit` says. */
export async function pictures(/** @type {boolean} */ isSmoke) {
  const count = isSmoke ? 50 : 2_000
  const rows = []
  for (const limitMegabytes of isSmoke ? [16] : [256, 512, 1_024]) {
    const megabytes = []
    for (let turn = 0; turn < (isSmoke ? 1 : 3); turn++) {
      const { peakBytes } = await runProgram('pictures', [count, limitMegabytes])
      megabytes.push(peakBytes / 2 ** 20)
    }
    rows.push(
      figureRow(
        {
          name: `pictures of 1 MiB at once, limit ${limitMegabytes} MB, peak memory`,
          goal: limitMegabytes + BASE_MEGABYTES,
          unit: 'MB',
          better: 'at most',
          measured: `${count} pictures, whole process`,
          against: `the limit and ${BASE_MEGABYTES} MB`,
        },
        megabytes,
      ),
    )
  }
  return rows
}
