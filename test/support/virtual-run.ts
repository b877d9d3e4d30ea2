import { RETRY_BASE_DELAY_MS, RETRY_MAX_DELAY_MS } from '../../src/blueprint/blueprint-limits.js'
import { Lane } from '../../src/coordinator/limits/lane.js'
import type { LaneLimits, LaneState } from '../../src/coordinator/limits/lane-limits.js'
import type { Party } from '../../src/coordinator/limits/parties.js'
import { seededRandom } from '../../src/model/seeded-random.js'
import { EventQueue } from '../../src/rehearsal/event-queue.js'
import { type ServiceRules, SimulatedService } from './simulated-service.js'

export interface VirtualRun {
  readonly service: SimulatedService
  readonly endedAtMs: number
  /** What the lane holds to at the end. */
  readonly learned: LaneState | undefined
  /** The lane's concurrency at every arrival. */
  readonly levels: readonly { readonly atMs: number; readonly inFlight: number }[]
}

export interface VirtualLoad {
  readonly jobs: number
  /** Jobs that the run has begun and not ended; one that waits for another attempt keeps its place. */
  readonly concurrency: number
}

/** Sends jobs through a lane to a service on a virtual clock, as a run does: a refused one waits, and goes before new ones. */
export function virtualRun(rules: ServiceRules, limits: LaneLimits, load: VirtualLoad): VirtualRun {
  return play(rules, load, new Lane('service', limits))
}

/** The same jobs by the plainest loop there is: so many at once, and a refused one waits as long as it is told. */
export const plainLoop = (rules: ServiceRules, load: VirtualLoad): VirtualRun => play(rules, load, undefined)

const STEP_LIMIT = 5_000_000

function play(rules: ServiceRules, { jobs, concurrency }: VirtualLoad, lane: Lane | undefined): VirtualRun {
  const service = new SimulatedService(rules)
  const random = seededRandom(`delays ${rules.seed ?? ''}`)
  const party: Party = { weight: 1, wake: () => {} }
  lane?.join(party)
  const events = new EventQueue<() => void>()
  const levels: { atMs: number; inFlight: number }[] = []
  /** Refusals so far, of each job whose delay is over. */
  const held: number[] = []
  let nowMs = 0
  let left = jobs
  let active = 0
  let timerAtMs = Number.POSITIVE_INFINITY

  const delayMs = (refusals: number, retryAfterMs: number | undefined) => {
    const ceilingMs = Math.min(RETRY_MAX_DELAY_MS, RETRY_BASE_DELAY_MS * 2 ** refusals)
    if (retryAfterMs === undefined) return random() * ceilingMs
    return lane === undefined ? retryAfterMs : retryAfterMs + random() * RETRY_BASE_DELAY_MS
  }
  const mayDepart = () => {
    const closed = lane?.closedFor(party, nowMs)
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
  const depart = (refusals: number) => {
    const passage = lane?.depart(party, 0, false, nowMs)
    const answer = service.call(nowMs)
    const { retryAfterMs } = answer
    events.add(answer.atMs, () => {
      levels.push({ atMs: nowMs, inFlight: lane?.inFlight ?? active })
      const isAccepted = answer.status === 200
      const verdict = answer.isTroubled ? 'troubled' : isAccepted ? 'accepted' : 'refused'
      if (passage) {
        const arrival = { verdict, tokens: undefined, retryAfterMs, limits: undefined } as const
        lane!.arrive(party, passage, arrival, nowMs)
      }
      if (isAccepted) {
        service.finished()
        active--
      } else events.add(nowMs + delayMs(refusals, retryAfterMs), () => held.push(refusals + 1))
    })
  }
  const send = () => {
    while (held.length > 0 && mayDepart()) depart(held.shift()!)
    if (held.length > 0) return
    while (left > 0 && active < concurrency && mayDepart()) {
      left--
      active++
      depart(0)
    }
  }
  send()
  for (let steps = 0; !events.isEmpty; steps++) {
    if (steps > STEP_LIMIT) throw new Error('the run does not end')
    nowMs = Math.max(nowMs, events.nextAtMs)
    events.take()!()
    send()
  }
  if (left > 0 || active > 0) throw new Error(`${left} jobs are left`)
  return { service, endedAtMs: nowMs, learned: lane?.state, levels }
}
