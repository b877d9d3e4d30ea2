import { measurePairs, timed } from '../../measure/measure.mjs'
import { median } from '../../measure/statistics.mjs'
import { figureRow, number, timeRow } from '../../report/row.mjs'
import { twoLayers, withEngine } from '../../support/engine.mjs'

/** Planning alone: two looped producers, nothing made yet; against writing the same jobs out as objects. */
export async function planning(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 2_000 : 1_000_000
  return withEngine(async engine => {
    const pairs = await measurePairs(isSmoke ? 1 : 5, {
      ours: () =>
        timed(async () => {
          const { counts } = await engine.plan({ blueprint: twoLayers, inputs: { jobs: jobs / 2 } })
          if (counts.run !== jobs) throw new Error(`${counts.run} jobs to run, expected ${jobs}`)
        }),
      theirs: () => timed(() => writtenOut(jobs / 2).size),
    })
    const name = `plan of ${jobs.toLocaleString('en-US')} jobs`
    const against = 'a Map of as many job objects with their dependencies'
    return [
      figureRow(
        {
          name,
          goal: 5,
          unit: 's',
          better: 'at most',
          measured: 'two looped producers',
          against: `${number(median(pairs.theirs) / 1_000)} s for ${against}`,
        },
        pairs.ours.map(ms => ms / 1_000),
      ),
      timeRow({ name: `${name}, as a ratio`, against }, pairs),
    ]
  })
}

/** What a planner does that keeps an object a job. @param {number} count */
function writtenOut(count) {
  const jobs = new Map()
  for (let index = 0; index < count; index++) {
    const id = `Producer:Work[${index}]`
    jobs.set(id, { id, state: 'waiting', needs: [] })
  }
  for (let index = 0; index < count; index++) {
    const id = `Producer:Follow[${index}]`
    jobs.set(id, { id, state: 'waiting', needs: [jobs.get(`Producer:Work[${index}]`)] })
  }
  return jobs
}
