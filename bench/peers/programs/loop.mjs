import pLimit from 'p-limit'
import { work } from '../../work/work.mjs'
import { load } from '../support/load.mjs'
import { measureUse } from '../support/measure-use.mjs'

const { kind, jobs, concurrency, url } = load

await measureUse(jobs, count => {
  const limit = pLimit(concurrency)
  return Promise.all(Array.from({ length: count }, () => limit(() => work(kind, url))))
})
