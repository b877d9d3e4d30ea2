import type { PlannedTerms } from '../../coordinator/target-terms.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { roundCost } from '../../model/provider/price.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Plan } from '../../plan/plan.js'
import type { Preview } from '../../plan/preview.js'
import { JobResolver } from '../../plan/up-to-date/job-resolver.js'
import { JobStatuses } from '../../plan/up-to-date/job-statuses.js'
import type { SettingsOf } from '../../plan/up-to-date/settings-parts.js'
import { estimateJob, type JobEstimate, type SampledJob } from './job-estimate.js'
import type { RecordedUse } from './recorded-use.js'

/** What some jobs would probably ask of their providers. */
export interface EstimateSums {
  /** Jobs of providers that are not known to work on this machine. */
  readonly calls: number
  /** Of language models, input and output together; where a price or a limit counts them. */
  readonly tokens: number
  /** In US dollars, of the providers whose cost is known: by what jobs made before have cost, or by their prices. */
  readonly costUsd: number
  /** Of the run, in milliseconds, by a rehearsal; absent when no latency or not all are known, or there are very many jobs. */
  readonly durationMs?: number
}

/** What a run would probably ask of its providers. Retries are not counted. */
export interface RunEstimate extends EstimateSums {
  /** True when for some producer only the most is known that its jobs can cost, and `costUsd` has that. */
  readonly isAtMost: boolean
  /** The most that the calls can cost, in US dollars; absent when a price does not bound it. */
  readonly atMostUsd?: number
  /** Providers without a price, of which nothing was made before. */
  readonly unpriced: readonly string[]
  /**
   * Of a run that makes lists: with the fewest elements that they may have. The estimate itself goes by how many they
   * had last time, by the loop's `expect`, or by its `max`. Absent: all lists are known.
   */
  readonly least?: EstimateSums
  /** Likewise with the most. */
  readonly most?: EstimateSums
  /** How each producer's part came about. */
  readonly producers: readonly ProducerEstimate[]
}

export interface ProducerEstimate extends JobEstimate {
  /** The producer's name. */
  readonly producer: string
  /** The name of its provider. */
  readonly provider: string
  /** To be made, with those of lists that are not known yet. */
  readonly jobs: number
  /** With the fewest elements that such lists may have. */
  readonly leastJobs: number
  /** With the most. */
  readonly mostJobs: number
}

type JobCount = Pick<ProducerEstimate, 'jobs' | 'leastJobs' | 'mostJobs'>

/** Jobs of a family whose inputs are looked at, evenly over all of them. */
const SAMPLE_COUNT = 50
/** The same, where the price depends on the model that a job names. */
const MODEL_SAMPLE_COUNT = 1_000
/** Spreads the samples between even places: tables often repeat after some rows. */
const GOLDEN = 0.618034

export interface EstimateParts {
  readonly terms: readonly PlannedTerms[]
  readonly settingsOf: SettingsOf
  /** What was used before; undefined: nothing was made. */
  readonly recorded: RecordedUse | undefined
}

/** What one job of each family will probably use, by who may answer it, as the plan's targets. Pure. */
export function estimateJobs(plan: Plan, movie: MovieState, parts: EstimateParts): JobEstimate[] {
  const statuses = new JobStatuses(movie, plan.geometry.jobSlots, () => undefined)
  const resolver = new JobResolver(plan, statuses, parts.settingsOf)
  const { families, targets } = plan
  const samples = families.map(family => sampleOf(family, resolver, targets.hasModels(family.index)))
  return parts.terms.map((terms, target) => {
    const family = families[targets.familyOf(target)]!
    const digest = resolver.settingsOf(family, targets.placeOf(target)).slice(0, 8)
    const uses = parts.recorded?.of(family.producer.name, digest) ?? []
    const termsOf = (job: SampledJob) => parts.terms[targets.forInputs(target, job.inputs)]!
    return estimateJob(terms, samples[family.index]!, uses, targets.hasModels(target) ? termsOf : undefined)
  })
}

/** Estimates calls, tokens and dollars of the jobs that a preview says would run. Pure. */
export function estimateRun(
  plan: Plan,
  movie: MovieState,
  preview: Preview,
  parts: EstimateParts,
): RunEstimate {
  const ofJobs = estimateJobs(plan, movie, parts)
  const producers: ProducerEstimate[] = []
  const unpriced = new Set<string>()
  for (const { index, producer } of plan.families) {
    const { name, provider } = producer
    const count = jobsToMake(preview, name)
    if (count.mostJobs === 0 || parts.terms[index]!.isLocal) continue
    const ofTargets = plan.targets.of(index).map(target => ofJobs[target]!)
    producers.push({ producer: name, provider, ...count, ...ofJobs[index]!, mostUsd: dearest(ofTargets) })
    if (ofJobs[index]!.basis === 'unknown') unpriced.add(provider)
  }
  const sums = (of: keyof JobCount): EstimateSums => {
    const sumOf = (value: (producer: ProducerEstimate) => number) =>
      producers.reduce((sum, producer) => sum + producer[of] * value(producer), 0)
    return {
      calls: sumOf(() => 1),
      tokens: Math.round(sumOf(({ tokens }) => tokens)),
      costUsd: roundCost(sumOf(({ costUsd }) => costUsd ?? 0)),
    }
  }
  const isBounded = producers.every(({ mostUsd }) => mostUsd !== undefined)
  const atMostUsd = producers.reduce((sum, { mostUsd = 0, mostJobs }) => sum + mostJobs * mostUsd, 0)
  return {
    ...sums('jobs'),
    isAtMost: producers.some(({ basis }) => basis === 'bound'),
    ...(isBounded && { atMostUsd: roundCost(atMostUsd) }),
    unpriced: [...unpriced],
    ...(preview.unknownJobs.length > 0 && { least: sums('leastJobs'), most: sums('mostJobs') }),
    producers,
  }
}

/** The most, whoever answers; undefined where somebody's price does not bound it. */
function dearest(ofTargets: readonly JobEstimate[]): number | undefined {
  const most = ofTargets.map(({ mostUsd = Number.NaN }) => mostUsd)
  const dearestUsd = Math.max(...most)
  return Number.isNaN(dearestUsd) ? undefined : dearestUsd
}

function jobsToMake({ rows, unknownJobs }: Preview, producer: string): JobCount {
  const known = rows.reduce((sum, row) => sum + (row.producer === producer ? row.run : 0), 0)
  const { min = 0, max = 0, expected = 0 } = unknownJobs.find(jobs => jobs.producer === producer) ?? {}
  return { jobs: known + expected, leastJobs: known + min, mostJobs: known + max }
}

const UNKNOWN: SampledJob = { inputs: {}, loads: [], fileCount: 0 }

/** What is not made yet is left out of the inputs. */
function sampleOf(family: Family, resolver: JobResolver, hasModels: boolean): readonly SampledJob[] {
  const count = Math.min(hasModels ? MODEL_SAMPLE_COUNT : SAMPLE_COUNT, family.size)
  if (count === 0) return [UNKNOWN]
  return Array.from({ length: count }, (_, at) => {
    const position = Math.floor(((at + ((at * GOLDEN) % 1)) * family.size) / count)
    const resolution = resolver.resolve(family, family.jobAtPlace(position))
    return resolution.state === 'resolved' ? resolution.job : UNKNOWN
  })
}
