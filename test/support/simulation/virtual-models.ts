import { RETRY_BASE_DELAY_MS, RETRY_MAX_DELAY_MS } from '../../../src/blueprint/blueprint-limits.js'
import type { Admission } from '../../../src/coordinator/limits/admission.js'
import type { Limiter } from '../../../src/coordinator/limits/limiter.js'
import type { JobOutcome } from '../../../src/model/job.js'
import { seededRandom } from '../../../src/model/seeded-random.js'
import { EventQueue } from '../../../src/rehearsal/event-queue.js'
import { type ServiceRules, SimulatedService } from './simulated-service.js'
import { MADE, virtualMovie } from './virtual-movie.js'

/** Jobs of models of one provider. */
export interface ModelLoad {
  readonly jobs: Readonly<Record<string, number>>
  /** Calls at once, of all models together. */
  readonly concurrency: number
}

/** What came of the jobs of several models at one service. */
export interface ModelsRun {
  readonly service: SimulatedService
  readonly endedAtMs: number
  /** By model: when the last of its jobs was done. */
  readonly doneAtMs: ReadonlyMap<string, number>
  /** By model: moments of calls that were taken, and that were refused. */
  readonly takenAtMs: ReadonlyMap<string, readonly number[]>
  readonly refusedAtMs: ReadonlyMap<string, readonly number[]>
}

/** Runs them with the real coordinator, in one movie: a producer a model. */
export function virtualModels(
  rules: ServiceRules,
  { jobs, concurrency }: ModelLoad,
  limitersOf: (model: string, admission: Admission) => readonly Limiter[],
): ModelsRun & { readonly limiters: ReadonlySet<Limiter> } {
  const service = new SimulatedService(rules)
  const [first, ...besides] = Object.values(jobs)
  const models = Object.keys(jobs)
  const ends = new EventQueue<string>()
  const doneAtMs = new Map<string, number>()
  const takenAtMs = new Map<string, number[]>(models.map(model => [model, []]))
  const refusedAtMs = new Map<string, number[]>(models.map(model => [model, []]))
  const limiters = new Set<Limiter>()
  const movie = virtualMovie(
    {
      jobs: first!,
      besides,
      concurrency,
      limitersOf: (family, admission) => {
        const own = limitersOf(models[family]!, admission)
        for (const limiter of own) limiters.add(limiter)
        return own
      },
    },
    ({ family, atMs }) => {
      while (ends.nextAtMs <= atMs) service.finished(ends.take())
      const model = models[family]!
      const answer = service.call(atMs, model)
      const { retryAfterMs } = answer
      if (answer.status === 200) {
        ends.add(answer.atMs, model)
        takenAtMs.get(model)!.push(atMs)
        doneAtMs.set(model, Math.max(doneAtMs.get(model) ?? 0, answer.atMs))
      } else refusedAtMs.get(model)!.push(atMs)
      const error = {
        code: 'rate_limited',
        message: 'Too many.',
        ...(retryAfterMs && { retryAfterMs }),
      } as const
      const outcome: JobOutcome = answer.status === 200 ? MADE : { state: 'failed', error }
      return { afterMs: answer.atMs - atMs, outcome }
    },
  )
  return { service, endedAtMs: movie.endedAtMs, doneAtMs, takenAtMs, refusedAtMs, limiters }
}

/** A plain loop for each model; they share the calls at once evenly. */
export function plainModelLoops(rules: ServiceRules, { jobs, concurrency }: ModelLoad): ModelsRun {
  const service = new SimulatedService(rules)
  const random = seededRandom(`delays ${rules.seed ?? ''}`)
  const events = new EventQueue<() => void>()
  const models = Object.entries(jobs)
  const doneAtMs = new Map<string, number>()
  const takenAtMs = new Map<string, number[]>(models.map(([model]) => [model, []]))
  const refusedAtMs = new Map<string, number[]>(models.map(([model]) => [model, []]))
  let nowMs = 0
  const call = (model: string, refusals: number, next: () => void) => {
    const answer = service.call(nowMs, model)
    const { retryAfterMs } = answer
    if (answer.status === 200) takenAtMs.get(model)!.push(nowMs)
    events.add(answer.atMs, () => {
      if (answer.status === 200) {
        service.finished(model)
        doneAtMs.set(model, nowMs)
        next()
        return
      }
      refusedAtMs.get(model)!.push(nowMs)
      const ceilingMs = Math.min(RETRY_MAX_DELAY_MS, RETRY_BASE_DELAY_MS * 2 ** refusals)
      events.add(nowMs + (retryAfterMs ?? random() * ceilingMs), () => call(model, refusals + 1, next))
    })
  }
  for (const [model, count] of models) {
    let left = count
    const next = () => {
      if (left-- > 0) call(model, 0, next)
    }
    for (let place = 0; place < Math.floor(concurrency / models.length); place++) next()
  }
  while (!events.isEmpty) {
    nowMs = Math.max(nowMs, events.nextAtMs)
    events.take()!()
  }
  return { service, endedAtMs: nowMs, doneAtMs, takenAtMs, refusedAtMs }
}
