// The movie of the tests that count what a service charges, and the program that is killed:
// `node paid-calls.mjs <movie as JSON>` with `{ store, movieId, jobs, provider, model, config, timeout }`.
import { fileURLToPath } from 'node:url'
import { openEngine } from '../../../dist/index.js'

const blueprintOf = ({ jobs, provider, model, config, timeout }) => ({
  name: 'paid-calls',
  loops: { n: { count: jobs } },
  producers: {
    Film: {
      loop: 'n',
      provider,
      ...(model && { model }),
      with: { prompt: 'scene ${index.n}' },
      config,
      retry: { attempts: 8, baseDelay: '20ms', maxDelay: '200ms' },
      timeout,
      outputs: { Film: 'video/mp4' },
    },
  },
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const movie = JSON.parse(process.argv[2])
  const engine = await openEngine({ store: movie.store, concurrency: movie.jobs, threads: 2 })
  const run = engine.run({ movieId: movie.movieId, blueprint: blueprintOf(movie) })
  run.on('job', ({ state, error }) => {
    if (state !== 'started') process.stdout.write(`${state} ${error?.code ?? ''} ${error?.message ?? ''}\n`)
  })
  const { status, counts } = await run
  await engine.close()
  process.stdout.write(`run ${status} ${JSON.stringify(counts)}\n`)
}
