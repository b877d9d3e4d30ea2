import { Lane } from '../../src/coordinator/admission/lane.js'
import type { LaneLimits } from '../../src/coordinator/admission/lane-limits.js'
import type { Party } from '../../src/coordinator/admission/parties.js'
import { type ServiceRules, SimulatedService } from './simulated-service.js'

export interface VirtualRun {
  readonly service: SimulatedService
  readonly lane: Lane
  readonly endedAtMs: number
  /** The lane's concurrency at every arrival. */
  readonly levels: readonly { readonly atMs: number; readonly inFlight: number }[]
}

interface Event {
  readonly atMs: number
  readonly act: () => void
}

/** Sends `jobs` calls through a lane to a service on a virtual clock; refused ones are sent again. */
export function virtualRun(
  rules: ServiceRules,
  limits: LaneLimits,
  { jobs, concurrency }: { jobs: number; concurrency: number },
): VirtualRun {
  const service = new SimulatedService(rules)
  const lane = new Lane('service', limits)
  const party: Party = { weight: 1, wake: () => {} }
  lane.join(party)
  const events: Event[] = []
  const levels: { atMs: number; inFlight: number }[] = []
  let nowMs = 0
  let left = jobs
  let active = 0
  let timerAtMs = Number.POSITIVE_INFINITY
  const at = (atMs: number, act: () => void) => {
    let index = events.length
    while (index > 0 && events[index - 1]!.atMs < atMs) index--
    events.splice(index, 0, { atMs, act })
  }
  const send = () => {
    while (left > 0 && active < concurrency) {
      const closed = lane.closedFor(party, nowMs)
      if (closed) {
        const untilMs =
          closed.untilMs === undefined ? timerAtMs : Math.max(nowMs + 1, Math.ceil(closed.untilMs))
        if (untilMs < timerAtMs) {
          timerAtMs = untilMs
          at(untilMs, () => {
            if (timerAtMs === untilMs) timerAtMs = Number.POSITIVE_INFINITY
          })
        }
        return
      }
      left--
      active++
      const passage = lane.depart(party, 0, false, nowMs)
      const answer = service.call(nowMs)
      at(answer.atMs, () => {
        active--
        const isAccepted = answer.status === 200
        if (isAccepted) service.finished()
        else left++
        levels.push({ atMs: nowMs, inFlight: lane.inFlight })
        const verdict = answer.isTroubled ? 'troubled' : isAccepted ? 'accepted' : 'refused'
        const { retryAfterMs } = answer
        lane.arrive(party, passage, { verdict, tokens: undefined, retryAfterMs, limits: undefined }, nowMs)
      })
    }
  }
  send()
  for (let steps = 0; events.length > 0; steps++) {
    if (steps > 1_000_000) throw new Error('the run does not end')
    const { atMs, act } = events.pop()!
    nowMs = atMs
    act()
    send()
  }
  if (left > 0 || active > 0) throw new Error(`${left} jobs are left`)
  return { service, lane, endedAtMs: nowMs, levels }
}
