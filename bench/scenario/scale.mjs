import { oneLayer, timeRun, withEngine } from '../support/engine.mjs'
import { median, perSecond } from '../support/table.mjs'

/** The same jobs, few and many: the rate must not fall, the memory not run away. */
export async function scale(/** @type {boolean} */ isSmoke) {
  const few = isSmoke ? 500 : 10_000
  const many = isSmoke ? 2_000 : 200_000
  return withEngine(async engine => {
    const run = (/** @type {string} */ movieId, /** @type {number} */ jobs) =>
      timeRun(engine, { movieId, blueprint: oneLayer, inputs: { jobs } })
    await run('warm-up', many / 10)
    const fewMs = []
    for (let turn = 0; turn < 5; turn++) fewMs.push(await run(`few-${turn}`, few))
    const beforeBytes = process.memoryUsage.rss()
    const manyMs = await run('many', many)
    const grownBytes = process.memoryUsage.rss() - beforeBytes
    const rates = [few / median(fewMs), many / manyMs]
    return [
      {
        name: `rate at ${many.toLocaleString('en-US')} jobs`,
        measured: perSecond(many, manyMs),
        against: `${perSecond(few, median(fewMs))} at ${few.toLocaleString('en-US')}`,
        value: rates[1] / rates[0],
        direction: /** @type {const} */ ('at least'),
        goal: 0.8,
        unit: '×',
      },
      {
        name: 'memory a job',
        measured: `${Math.round(process.memoryUsage.rss() / 1e6)} MB in all after the run`,
        against: '',
        value: Math.max(0, grownBytes / many),
        direction: /** @type {const} */ ('at most'),
        goal: 1_000,
        unit: ' bytes',
      },
    ]
  })
}
