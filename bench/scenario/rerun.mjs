import { timeRun, twoLayers, withEngine } from '../support/engine.mjs'

/** Planning again when nothing has changed: manifest loaded, every hash compared. */
export async function rerun(/** @type {boolean} */ isSmoke) {
  const jobs = isSmoke ? 2_000 : 100_000
  return withEngine(async engine => {
    const request = { blueprint: twoLayers, inputs: { jobs: jobs / 2 } }
    await timeRun(engine, request)
    const startMs = performance.now()
    const { counts } = await engine.plan(request)
    const seconds = (performance.now() - startMs) / 1_000
    if (counts.cached !== jobs) throw new Error(`${counts.cached} of ${jobs} jobs are cached`)
    return [
      {
        name: `unchanged plan of ${jobs.toLocaleString('en-US')} jobs`,
        measured: 'manifest loaded, every hash compared',
        against: '',
        value: seconds,
        direction: /** @type {const} */ ('at most'),
        goal: 1,
        unit: ' s',
      },
    ]
  })
}
