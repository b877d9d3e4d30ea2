import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { median } from '../../measure/statistics.mjs'
import { figureRow, number, timeRow } from '../../report/row.mjs'
import { timeRun, twoLayers, withEngine } from '../../support/engine.mjs'

/** Planning again when nothing has changed: the manifest loaded, every hash compared. */
export async function rerun(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 2_000 : 100_000
  return withEngine(async (engine, folder) => {
    const request = { blueprint: twoLayers, inputs: { jobs: jobs / 2 } }
    await timeRun(engine, request)
    const manifests = join(folder, twoLayers.name, 'manifests')
    const [newest] = await readdir(manifests)
    const pairs = await measurePairs(isSmoke ? 1 : 7, {
      ours: () =>
        timed(async () => {
          const { counts } = await engine.plan(request)
          if (counts.cached !== jobs) throw new Error(`${counts.cached} of ${jobs} jobs are cached`)
        }),
      theirs: () => timed(async () => JSON.parse(await readFile(join(manifests, newest), 'utf8'))),
    })
    const name = `unchanged plan of ${jobs.toLocaleString('en-US')} jobs`
    const against = 'JSON.parse of its manifest'
    return [
      figureRow(
        {
          name,
          goal: 1,
          unit: 's',
          better: 'at most',
          measured: 'manifest loaded, every hash compared',
          against: `${number(median(pairs.theirs) / 1_000)} s for ${against}`,
        },
        pairs.ours.map(ms => ms / 1_000),
      ),
      timeRow({ name: `${name}, as a ratio`, against }, pairs),
    ]
  })
}
