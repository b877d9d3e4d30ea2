import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { timeRow } from '../../report/row.mjs'
import { oneLayer, timeRun, withEngine } from '../../support/engine.mjs'

const supportFile = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`../../work/${name}.mjs`, import.meta.url))

/** One job that reads all artifacts of a looped producer, against posting the same texts to a thread. */
export async function fanIn(/** @type {boolean} */ isSmoke) {
  const count = isSmoke ? 1_000 : 100_000
  const blueprint = {
    ...oneLayer,
    name: 'fan-in',
    producers: {
      ...oneLayer.producers,
      Gather: { provider: 'count', with: { texts: '${Work[*].Text}' }, outputs: { Count: 'number' } },
    },
  }
  const providers = {
    noop: { module: supportFile('noop-provider') },
    count: { module: supportFile('count-provider') },
  }
  const texts = Array.from({ length: count }, () => 'x'.repeat(100))
  const worker = new Worker(supportFile('count-thread'))
  const post = () =>
    new Promise(resolve => {
      worker.once('message', resolve)
      worker.postMessage(texts)
    })
  try {
    return await withEngine(
      async engine => {
        const inputs = { jobs: count }
        /** @type {number[]} */
        const jobMs = []
        /** @type {number[]} */
        const postMs = []
        const pairs = await measurePairs(isSmoke ? 1 : 7, {
          isWarm: true,
          ours: async pair => {
            const movieId = `movie-${pair}`
            await timeRun(engine, { movieId, blueprint, inputs, upToLayer: 1 })
            postMs.push(await timed(post))
            const run = engine.run({ movieId, blueprint, inputs })
            let startedMs = 0
            run.on('job', ({ state }) => {
              if (state === 'started') startedMs = performance.now()
              if (state === 'succeeded') jobMs.push(performance.now() - startedMs)
            })
            return timed(() => run)
          },
          theirs: pair => timeRun(engine, { movieId: `movie-${pair - (pair % 2)}`, blueprint, inputs }),
        })
        const name = `fan-in of ${count.toLocaleString('en-US')} artifacts into one job`
        return [
          timeRow(
            {
              name,
              against:
                'postMessage of the same texts to a thread and back; the job from told started to told succeeded',
            },
            { ours: jobMs, theirs: postMs },
          ),
          timeRow({ name: 'the run around the fan-in', against: 'the same run with nothing to make' }, pairs),
        ]
      },
      { providers },
    )
  } finally {
    await worker.terminate()
  }
}
