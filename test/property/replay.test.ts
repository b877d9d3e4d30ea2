import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { LiveRun } from '../../src/coordinator/live-run.js'
import { evolve } from '../../src/coordinator/state/evolve.js'
import type { MovieEvent } from '../../src/model/movie/event.js'
import { MovieState } from '../../src/model/movie/movie-state.js'
import { MapSlots } from '../../src/model/movie/slots.js'
import type { Plan } from '../../src/plan/plan.js'
import { planUntil } from '../../src/plan/subset/plan-until.js'
import { planOf } from '../support/blueprint/blueprints.js'
import {
  definitionOf,
  type NaiveRead,
  PROVIDERS,
  type RandomBlueprint,
  randomBlueprint,
} from '../support/blueprint/random-blueprint.js'
import { rounds } from '../support/rounds.js'
import type { FateRates } from '../support/simulation/fate.js'
import { Witness } from '../support/simulation/run-witness.js'
import { ScriptedMovie } from '../support/simulation/scripted-movie.js'
import { Death, type ScriptedOptions, ScriptedRun } from '../support/simulation/scripted-run.js'

const NO_FAILURES: FateRates = { overloaded: 0, invalid: 0, lost: 0, checkpoint: 0.3, blob: 0.2 }

const rates: fc.Arbitrary<FateRates> = fc.record({
  overloaded: fc.constantFrom(0, 0.2),
  invalid: fc.constantFrom(0, 0.15),
  lost: fc.constantFrom(0, 0.1),
  checkpoint: fc.constantFrom(0, 0.4),
  blob: fc.constantFrom(0, 0.4),
})

type DrawnOptions = ScriptedOptions & { readonly endsWith: number | undefined }

const options: fc.Arbitrary<DrawnOptions> = fc.record({
  seed: fc.nat(),
  rates,
  schedule: fc.constantFrom('layers' as const, 'dataflow' as const),
  concurrency: fc.integer({ min: 1, max: 6 }),
  providerConcurrency: fc
    .array(fc.tuple(fc.constantFrom(...PROVIDERS), fc.integer({ min: 1, max: 3 })), { maxLength: 2 })
    .map(entries => new Map<string, number>(entries)),
  failFast: fc.boolean(),
  upToLayer: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 5 }),
  endsWith: fc.option(fc.nat(), { nil: undefined, freq: 5 }),
})

/** Records of artifacts and jobs by id, as they are after a trip through JSON. */
function recordsOf(movie: MovieState): Record<string, unknown> {
  const artifacts = [...movie.artifacts()].map(record => [record.artifactId, record])
  const jobs = [...movie.jobs()].map(record => [record.jobId, record])
  return JSON.parse(JSON.stringify({ ...Object.fromEntries(artifacts), ...Object.fromEntries(jobs) }))
}

function assertReplays(movie: ScriptedMovie, plan: Plan, live: MovieState): void {
  for (const slots of [plan.createSlots(), new MapSlots()]) {
    const replayed = new MovieState(slots)
    for (const event of movie.events) evolve(replayed, event)
    if (!isDeepStrictEqual(recordsOf(replayed), recordsOf(live)))
      throw new Error(
        `live ${JSON.stringify(recordsOf(live))}\nreplayed ${JSON.stringify(recordsOf(replayed))}`,
      )
    if (replayed.costUsd !== live.costUsd)
      throw new Error(`cost ${replayed.costUsd}, expected ${live.costUsd}`)
  }
}

/** Outcomes that no further attempt follows, by job, since the last `run.started`. */
function settlements(events: readonly MovieEvent[]): Map<string, string[]> {
  const ends = new Map<string, string[]>()
  for (const event of events.slice(events.findLastIndex(({ type }) => type === 'run.started'))) {
    const isEnd =
      event.type === 'job.succeeded' ||
      event.type === 'job.skipped' ||
      (event.type === 'job.failed' && !event.willRetry)
    if (isEnd) ends.set(event.jobId, [...(ends.get(event.jobId) ?? []), event.type])
  }
  return ends
}

function assertSettledOnce(movie: ScriptedMovie): void {
  const late = movie.events.find(event => event.type === 'job.failed' && event.error.code === 'bug')
  if (late) throw new Error(`a late message was recorded: ${JSON.stringify(late)}`)
  for (const [jobId, ends] of settlements(movie.events))
    if (ends.length > 1) throw new Error(`${jobId} settled as ${ends.join(' and ')}`)
}

function assertEqual(actual: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(actual, expected))
    throw new Error(`${what} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`)
}

async function runOnce(
  blueprint: RandomBlueprint,
  plan: Plan,
  movie: ScriptedMovie,
  { endsWith, ...drawn }: DrawnOptions,
) {
  const last = endsWith === undefined ? undefined : plan.families[endsWith % plan.families.length]
  const runOptions: ScriptedOptions = { ...drawn, until: planUntil(plan, last?.producer.name) }
  const witness = new Witness(blueprint, plan, movie, runOptions)
  const run = new ScriptedRun(plan, movie, runOptions, witness)
  const status = await run.run()
  assertReplays(movie, plan, run.live.state.movie)
  assertSettledOnce(movie)
  return { run, status, witness, live: run.live }
}

const artifactsOf = (movie: MovieState) =>
  Object.fromEntries([...movie.artifacts()].map(({ artifactId, hash }) => [artifactId, hash]))

describe('a run of a random blueprint with random outcomes', () => {
  it('settles every job once, in order and within its limits, and its log replays to the live state', async () => {
    await fc.assert(
      fc.asyncProperty(randomBlueprint, options, async (blueprint, runOptions) => {
        const plan = planOf(definitionOf(blueprint))
        const { status, witness, live } = await runOnce(blueprint, plan, new ScriptedMovie(), runOptions)
        assertEqual(live.state.active.size, 0, 'the number of active jobs')
        if (live.state.halt !== undefined) {
          assertEqual(
            [status, live.state.statuses.counts.failed > 0],
            ['stopped', true],
            'the end of a fail-fast run',
          )
          return
        }
        witness.checkEnds(live)
        const { succeeded, failed, skipped, cached, waiting } = live.state.statuses.counts
        assertEqual(succeeded + failed + skipped + cached + waiting, witness.jobs.size, 'the number of jobs')
        assertEqual(status, failed > 0 ? 'failed' : 'succeeded', 'the status')
      }),
      { numRuns: rounds(100, 300) },
    )
  })

  it('makes nothing again when it is run again, and only what failed when something failed', async () => {
    await fc.assert(
      fc.asyncProperty(randomBlueprint, options, async (blueprint, runOptions) => {
        const plan = planOf(definitionOf(blueprint))
        const movie = new ScriptedMovie()
        const first = await runOnce(blueprint, plan, movie, runOptions)
        const done = new Set(movie.succeeded)
        const second = await runOnce(blueprint, plan, movie, { ...runOptions, seed: runOptions.seed + 1 })
        if (first.status === 'succeeded') assertEqual(second.run.calls, [], 'what is called again')
        if (second.live.state.halt === undefined) second.witness.checkEnds(second.live)
        // A job that was made is regenerated only when something it reads through `?` or a fan-in came later.
        for (const { jobId } of second.run.calls) {
          const { reads } = second.witness.jobs.get(jobId)!
          const readsLate = reads.some(
            read => read.jobIds.some(needed => !done.has(needed)) || readsRemade(read),
          )
          if (done.has(jobId) && !readsLate) throw new Error(`${jobId} was made again`)
        }
        function readsRemade({ jobIds }: NaiveRead): boolean {
          return second.run.calls.some(call => jobIds.includes(call.jobId))
        }
      }),
      { numRuns: rounds(50, 150) },
    )
  })

  it('can be cancelled at any turn: nothing starts after it, and running again makes the rest', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomBlueprint,
        options,
        fc.integer({ min: 1, max: 8 }),
        async (blueprint, some, turn) => {
          const plan = planOf(definitionOf(blueprint))
          const movie = new ScriptedMovie()
          const runOptions = { ...some, rates: NO_FAILURES, failFast: false }
          const { status, run, live } = await runOnce(blueprint, plan, movie, {
            ...some,
            cancelAtTurn: turn,
          })
          assertEqual(live.state.active.size, 0, 'the number of active jobs')
          if (live.schedule.unsettledCount > 0) assertEqual(status, live.state.halt, 'the status')
          const done = new Set(movie.succeeded)
          const resumed = await runOnce(blueprint, plan, movie, runOptions)
          resumed.witness.checkEnds(resumed.live)
          assertEqual(resumed.status, 'succeeded', 'the status of the second run')
          const attempts = new Set<string>()
          for (const { jobId, attempt } of [...run.calls, ...resumed.run.calls]) {
            if (attempts.has(`${jobId} ${attempt}`))
              throw new Error(`attempt ${attempt} of ${jobId} ran twice`)
            attempts.add(`${jobId} ${attempt}`)
          }
          const undisturbed = await runOnce(blueprint, plan, new ScriptedMovie(), runOptions)
          assertEqual(
            artifactsOf(resumed.live.state.movie),
            artifactsOf(undisturbed.live.state.movie),
            'what was made',
          )
          assertEqual(
            [...done].filter(id => !movie.succeeded.has(id)),
            [],
            'what was lost',
          )
        },
      ),
      { numRuns: rounds(50, 150) },
    )
  })

  it('survives a death in the middle of any append', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomBlueprint,
        options,
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
        async (blueprint, some, deaths) => {
          const plan = planOf(definitionOf(blueprint))
          const movie = new ScriptedMovie()
          const runOptions = { ...some, rates: NO_FAILURES, endsWith: undefined }
          let live: LiveRun | undefined
          for (const dieAtAppend of [...deaths, undefined]) {
            const done = new Set(movie.succeeded)
            const submitted = checkpointsIn(movie)
            const current = dieAtAppend === undefined ? runOptions : { ...runOptions, dieAtAppend }
            const witness = new Witness(blueprint, plan, movie, current)
            const run = new ScriptedRun(plan, movie, current, witness)
            const end = await run.run().catch(error => {
              if (error instanceof Death) return 'died'
              throw error
            })
            for (const { jobId, resume } of run.calls) {
              if (done.has(jobId)) throw new Error(`${jobId}, which had succeeded, was called again`)
              if (submitted.has(jobId)) assertEqual(resume, { submitted: jobId }, `what ${jobId} resumes`)
            }
            live = run.live
            if (end !== 'died') break
          }
          assertReplays(movie, plan, live!.state.movie)
          const undisturbed = await runOnce(blueprint, plan, new ScriptedMovie(), runOptions)
          assertEqual(
            artifactsOf(live!.state.movie),
            artifactsOf(undisturbed.live.state.movie),
            'what was made',
          )
        },
      ),
      { numRuns: rounds(70, 200) },
    )
  })
})

/** Jobs that were submitted to their provider, and of which no end is known. */
function checkpointsIn(movie: ScriptedMovie): Set<string> {
  const open = new Set<string>()
  for (const event of movie.events) {
    if (event.type === 'job.submitted') open.add(event.jobId)
    if (event.type === 'job.succeeded') open.delete(event.jobId)
  }
  return open
}
