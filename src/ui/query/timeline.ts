import { JOB_STATES } from '../history/jobs/job-change.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { RecordedRun } from '../history/recorded-run.js'
import type { TimelineData } from '../page-data.js'

const STEPS = 240
const STEP_LEAST_MS = 100
/** A line has two ends. */
const STEPS_LEAST = 2
/** Producers that have a line of their own, those with the most work first. */
const PRODUCERS_SHOWN = 8
const LIMITS_SHOWN = 500

/** What ran when in a run, in so many steps of time. Looks at each change of the run once. */
export function timeline(moment: MovieMoment, run: RecordedRun, nowMs: number): TimelineData {
  const { history } = moment
  const next = history.runs[history.runs.indexOf(run) + 1]
  const to = Math.min(moment.changes, next?.firstChange ?? history.length)
  const fromMs = run.startedAtMs
  const endMs = Math.max(
    run.finished?.atMs ?? (next ? history.timeAt(to - 1) : nowMs),
    fromMs + STEPS_LEAST * STEP_LEAST_MS,
  )
  const stepMs = Math.max(STEP_LEAST_MS, Math.ceil((endMs - fromMs) / STEPS))
  const steps = Math.ceil((endMs - fromMs) / stepMs)
  const stepAt = (ms: number) => Math.max(0, Math.min(steps - 1, Math.floor((ms - fromMs) / stepMs)))
  const made = new Array<number>(steps).fill(0)
  const failed = new Array<number>(steps).fill(0)
  const cost = new Array<number>(steps).fill(0)
  const running = history.jobs.producers.map(() => new Float64Array(steps + 1))
  const busyMs = history.jobs.producers.map(() => 0)
  for (let change = run.firstChange; change < to; change++) {
    const state = JOB_STATES[history.kindAt(change)]
    if (state === undefined || state === 'skipped' || state === 'submitted' || state === 'open') continue
    const atMs = history.timeAt(change)
    const step = stepAt(atMs)
    if (state === 'succeeded') made[step]!++
    else failed[step]!++
    cost[step]! += history.costAt(change)
    const durationMs = history.durationAt(change)
    const producer = history.jobs.producerAt(history.jobAt(change))
    busyMs[producer]! += durationMs
    addSpan(running[producer]!, (atMs - durationMs - fromMs) / stepMs, (atMs - fromMs) / stepMs, steps)
  }
  const shown = busyMs
    .map((ms, producer) => ({ ms, producer }))
    .filter(({ ms }) => ms > 0)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, PRODUCERS_SHOWN)
  return {
    runId: run.runId,
    fromMs,
    stepMs,
    made,
    failed,
    costUsd: cost,
    running: shown.map(({ producer }) => ({
      producer: history.jobs.producers[producer]!,
      counts: Array.from(running[producer]!.subarray(0, steps), count => Math.round(count * 100) / 100),
    })),
    limits: history.limits
      .filter(({ change }) => change >= run.firstChange && change <= to)
      .slice(-LIMITS_SHOWN)
      .map(({ limiter, concurrency, requestsPerMinute, atMs }) => ({
        limiter,
        atMs,
        ...(concurrency !== undefined && { concurrency }),
        ...(requestsPerMinute !== undefined && { requestsPerMinute }),
      })),
  }
}

/** Adds a job that ran from one step to another, by the share of each step in which it did. */
function addSpan(counts: Float64Array, from: number, to: number, steps: number): void {
  const start = Math.max(0, Math.min(steps, from))
  const end = Math.max(start, Math.min(steps, to))
  for (let step = Math.floor(start); step < end; step++)
    counts[step]! += Math.min(end, step + 1) - Math.max(start, step)
}
