import { twoLayers, withEngine } from '../support/engine.mjs'

/** Planning alone: two looped producers, nothing made yet. */
export async function planning(/** @type {boolean} */ isSmoke) {
  const sizes = isSmoke ? [2_000] : [10_000, 100_000, 1_000_000]
  return withEngine(async engine => {
    const rows = []
    for (const jobs of sizes) {
      const startMs = performance.now()
      const { counts } = await engine.plan({ blueprint: twoLayers, inputs: { jobs: jobs / 2 } })
      if (counts.run !== jobs) throw new Error(`${counts.run} jobs to run, expected ${jobs}`)
      rows.push({
        name: `plan of ${jobs.toLocaleString('en-US')} jobs`,
        measured: 'two looped producers',
        against: '',
        value: (performance.now() - startMs) / 1_000,
        direction: /** @type {const} */ ('at most'),
        goal: 5,
        unit: ' s',
      })
    }
    return rows
  })
}
