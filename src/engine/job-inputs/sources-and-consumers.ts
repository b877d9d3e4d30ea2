import { blockEdge, forEachConsumer } from '../../plan/dependencies/edge.js'
import type { Family } from '../../plan/geometry/family.js'
import { selectJob, selectJobs } from '../../plan/geometry/select-jobs.js'
import type { Plan } from '../../plan/plan.js'

/** Jobs that are named; the others are counted. */
const NAMED_LIMIT = 50
/** Jobs of a producer with lists that differ which are looked at, one by one, to find those that read a job. */
const SEARCHED_LIMIT = 50_000

interface Related {
  readonly count: number
  readonly jobs: readonly number[]
}

/** Jobs whose results a job reads. */
export function sourcesOf({ reads }: Plan, family: Family, indices: readonly number[]): Related {
  const named = new Set<number>()
  let count = 0
  const seen = new Set<string>()
  for (const { producer, jobs } of reads[family.index]!) {
    const key = JSON.stringify([producer.index, jobs.selectors])
    if (seen.has(key)) continue
    seen.add(key)
    const found = jobs.isFanIn ? selectJobs(producer, jobs, indices) : [selectJob(producer, jobs, indices)]
    for (const job of found) {
      if (job === -1) continue
      count++
      if (named.size < NAMED_LIMIT) named.add(job)
    }
  }
  return { count: Math.max(named.size, count), jobs: [...named] }
}

/** Jobs that read a job's results. */
export function consumersOf({ edges }: Plan, family: Family, job: number): Related {
  const named = new Set<number>()
  let count = 0
  const add = (consumer: number) => {
    count++
    if (named.size < NAMED_LIMIT) named.add(consumer)
  }
  for (const edge of edges) {
    if (edge.producer !== family) continue
    const whole = blockEdge(edge)
    if (whole !== undefined) {
      forEachConsumer(whole, family.indicesOf(job), position => add(whole.to.firstJob + position))
      continue
    }
    let searched = 0
    for (const consumer of edge.consumer.jobs()) {
      if (searched++ === SEARCHED_LIMIT) break
      const indices = edge.consumer.indicesOf(consumer)
      const { producer, selection } = edge
      const isRead = selection.isFanIn
        ? selectJobs(producer, selection, indices).includes(job)
        : selectJob(producer, selection, indices) === job
      if (isRead) add(consumer)
    }
  }
  return { count: Math.max(named.size, count), jobs: [...named] }
}
