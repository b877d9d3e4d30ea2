import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inline, openEngine } from '../../../dist/index.js'
import { oneLayer, timeRun } from '../../support/engine.mjs'
import workProvider from '../../work/work-provider.mjs'
import { load } from '../support/load.mjs'
import { measureUse } from '../support/measure-use.mjs'

const { kind, jobs, concurrency, url } = load
const isInline = process.env.BENCH_INLINE !== undefined
const module = fileURLToPath(new URL('../../work/work-provider.mjs', import.meta.url))
const folder = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), 'showrunner-bench-'))
const engine = await openEngine({
  store: `file:${folder}`,
  threads: 2,
  concurrency,
  providers: { work: isInline ? inline(workProvider) : { module } },
})
const blueprint = {
  ...oneLayer,
  producers: {
    Work: { ...oneLayer.producers.Work, provider: 'work', config: { kind, ...(url && { url }) } },
  },
}
await measureUse(jobs, count =>
  timeRun(engine, { movieId: `movie-${count}`, blueprint, inputs: { jobs: count } }),
)
await engine.close()
await rm(folder, { recursive: true })
