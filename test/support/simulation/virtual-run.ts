import { RETRY_BASE_DELAY_MS, RETRY_MAX_DELAY_MS } from '../../../src/blueprint/blueprint-limits.js'
import type { Permit } from '../../../src/coordinator/limits/attempt-permit.js'
import { Limiter } from '../../../src/coordinator/limits/limiter.js'
import type { LimiterSettings } from '../../../src/coordinator/limits/limiter-settings.js'
import type { LimiterState } from '../../../src/coordinator/limits/limiter-state.js'
import type { Tenant } from '../../../src/coordinator/limits/tenants.js'
import { REFUSAL_LIMIT, retryDelayMs } from '../../../src/coordinator/settlement/retry-delay.js'
import { seededRandom } from '../../../src/model/seeded-random.js'
import { EventQueue } from '../../../src/rehearsal/event-queue.js'
import { type Answer, type ServiceRules, SimulatedService } from './simulated-service.js'

export interface VirtualRun {
  readonly service: SimulatedService
  readonly endedAtMs: number
  /** What the limiter holds to at the end. */
  readonly learned: LimiterState | undefined
  /** Attempts in flight at every end of one. */
  readonly levels: readonly { readonly atMs: number; readonly inFlight: number }[]
}

export interface VirtualLoad {
  readonly jobs: number
  /** Jobs that the run has begun and not ended; one that waits for another attempt keeps its place. */
  readonly concurrency: number
}

/** Sends jobs through a limiter to a service on a virtual clock, as a run does: a refused one waits, and goes before new ones. */
export function virtualRun(rules: ServiceRules, limits: LimiterSettings, load: VirtualLoad): VirtualRun {
  return play(rules, load, new Limiter('service', limits))
}

/** The same jobs by the plainest loop there is: so many at once, and a refused one waits as long as it is told. */
export const plainLoop = (rules: ServiceRules, load: VirtualLoad): VirtualRun => play(rules, load, undefined)

const STEP_LIMIT = 5_000_000
const RETRY = {
  attempts: Number.POSITIVE_INFINITY,
  baseDelayMs: RETRY_BASE_DELAY_MS,
  maxDelayMs: RETRY_MAX_DELAY_MS,
}
const UNTRIED = { losses: 0, isSoleSuspect: false }

function play(
  rules: ServiceRules,
  { jobs, concurrency }: VirtualLoad,
  limiter: Limiter | undefined,
): VirtualRun {
  const service = new SimulatedService(rules)
  const random = seededRandom(`delays ${rules.seed ?? ''}`)
  const tenant: Tenant = { weight: 1, wake: () => {} }
  limiter?.join(tenant)
  const events = new EventQueue<() => void>()
  const levels: { atMs: number; inFlight: number }[] = []
  /** Refusals so far, of each job whose delay is over. */
  const held: number[] = []
  let nowMs = 0
  let left = jobs
  let active = 0
  let timerAtMs = Number.POSITIVE_INFINITY

  /** As the engine has it; a job of these runs is tried for as long as it takes. */
  const delayMs = (tries: number, { isTroubled, retryAfterMs }: Answer) => {
    if (limiter === undefined && retryAfterMs !== undefined) return retryAfterMs
    const code = isTroubled ? 'overloaded' : 'rate_limited'
    const error = { code, message: '', ...(retryAfterMs !== undefined && { retryAfterMs }) } as const
    const history = { ...UNTRIED, failures: tries, refusals: Math.min(tries, REFUSAL_LIMIT - 2) }
    return retryDelayMs(error, history, RETRY, random())!
  }
  const maySend = () => {
    const closed = limiter?.closedFor(tenant, nowMs)
    if (closed === undefined) return true
    if (closed.untilMs === undefined) return false
    const untilMs = Math.max(nowMs + 1, Math.ceil(closed.untilMs))
    if (untilMs >= timerAtMs) return false
    timerAtMs = untilMs
    events.add(untilMs, () => {
      if (timerAtMs === untilMs) timerAtMs = Number.POSITIVE_INFINITY
    })
    return false
  }
  const send = (refusals: number) => {
    const permit = limiter?.acquire(tenant, 0, false, nowMs)
    const outMs = service.wayMs()
    if (outMs === 0) called(refusals, permit)
    else events.add(nowMs + outMs, () => called(refusals, permit))
  }
  const called = (refusals: number, permit: Permit | undefined) => {
    const answer = service.call(nowMs)
    const backMs = service.wayMs()
    if (backMs > 0 && answer.status === 200) events.add(answer.atMs, () => service.finished())
    events.add(answer.atMs + backMs, () => returned(refusals, permit, answer, backMs > 0))
  }
  const returned = (refusals: number, permit: Permit | undefined, answer: Answer, isFinished: boolean) => {
    levels.push({ atMs: nowMs, inFlight: limiter?.inFlight ?? active })
    const isAccepted = answer.status === 200
    const responseClass = answer.isTroubled ? 'troubled' : isAccepted ? 'accepted' : 'refused'
    if (permit) {
      const { retryAfterMs } = answer
      const report = { responseClass, tokens: undefined, retryAfterMs, limits: undefined } as const
      limiter!.release(tenant, permit, report, nowMs)
    }
    if (isAccepted) {
      if (!isFinished) service.finished()
      active--
    } else events.add(nowMs + delayMs(refusals, answer), () => held.push(refusals + 1))
  }
  const sendAll = () => {
    while (held.length > 0 && maySend()) send(held.shift()!)
    if (held.length > 0) return
    while (left > 0 && active < concurrency && maySend()) {
      left--
      active++
      send(0)
    }
  }
  sendAll()
  for (let steps = 0; !events.isEmpty; steps++) {
    if (steps > STEP_LIMIT) throw new Error('the run does not end')
    nowMs = Math.max(nowMs, events.nextAtMs)
    events.take()!()
    sendAll()
  }
  if (left > 0 || active > 0) throw new Error(`${left} jobs are left`)
  return { service, endedAtMs: nowMs, learned: limiter?.state, levels }
}
