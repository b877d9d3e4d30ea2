import { DBOS } from '@dbos-inc/dbos-sdk'
import pLimit from 'p-limit'
import { work } from '../../work/work.mjs'
import { load } from '../support/load.mjs'
import { measureUse } from '../support/measure-use.mjs'

const { kind, jobs, concurrency, url } = load

DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: process.env.BENCH_SERVER_URL,
  systemDatabasePoolSize: 20,
  logLevel: 'error',
})
const job = DBOS.registerWorkflow(async () => DBOS.runStep(async () => work(kind, url), { name: 'work' }), {
  name: 'job',
})
await DBOS.launch()
await measureUse(jobs, count => {
  const limit = pLimit(concurrency)
  return Promise.all(Array.from({ length: count }, () => limit(() => job())))
})
await DBOS.shutdown()
process.exit()
