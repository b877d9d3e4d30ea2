import PQueue from 'p-queue'
import { work } from '../../work/work.mjs'
import { load } from '../support/load.mjs'
import { measureUse } from '../support/measure-use.mjs'

const { kind, jobs, concurrency, url } = load

await measureUse(jobs, count => {
  const queue = new PQueue({ concurrency })
  return Promise.all(Array.from({ length: count }, () => queue.add(async () => work(kind, url))))
})
