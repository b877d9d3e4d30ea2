import { demandOf, type FamilyTerms } from '../coordinator/admission/run-admission.js'
import type { MovieState } from '../model/movie-state.js'
import { likelyCostOf, likelyTokensOf } from '../model/price.js'
import type { Family } from '../plan/family.js'
import { JobResolver, type ResolvedJob, type SettingsOf } from '../plan/job-resolver.js'
import type { Plan } from '../plan/plan.js'
import type { Preview } from '../plan/preview.js'
import { Standings } from '../plan/standings.js'

/** What a run would probably ask of its providers. Retries are not counted. */
export interface RunEstimate {
  /** Jobs of providers that are not known to work on this machine. */
  readonly calls: number
  /** Of language models, input and output together; where a price or a limit counts them. */
  readonly tokens: number
  /** In US dollars, of the providers that have a price. */
  readonly cost: number
  /** Of the run, in milliseconds, by a rehearsal; absent when a latency is not known, or there are very many jobs. */
  readonly durationMs?: number
  /** Providers without a price. */
  readonly unpriced: readonly string[]
}

/** Jobs of a family whose inputs are looked at, evenly over all of them. */
const SAMPLE_COUNT = 50

/** Estimates calls, tokens and dollars of the jobs that a preview says would run. Pure. */
export function estimateRun(
  plan: Plan,
  movie: MovieState,
  preview: Preview,
  { terms, settingsOf }: { readonly terms: readonly FamilyTerms[]; readonly settingsOf: SettingsOf },
): RunEstimate {
  const standings = new Standings(movie, plan.jobCount, () => undefined)
  const resolver = new JobResolver(plan, standings, settingsOf)
  let calls = 0
  let tokens = 0
  let cost = 0
  const unpriced = new Set<string>()
  for (const family of plan.families) {
    const { name, provider } = family.producer
    const jobs = preview.rows.reduce((sum, row) => sum + (row.producer === name ? row.run : 0), 0)
    const ofFamily = terms[family.index]!
    if (jobs === 0 || ofFamily.isLocal) continue
    calls += jobs
    const demands = sampleOf(family, resolver).map(job => demandOf(ofFamily, job))
    const meanOf = (value: (demand: (typeof demands)[number]) => number) =>
      demands.reduce((sum, demand) => sum + value(demand), 0) / demands.length
    if (ofFamily.promptBytes !== undefined) tokens += jobs * meanOf(likelyTokensOf)
    const { price } = ofFamily
    const dollars = price && meanOf(demand => likelyCostOf(price, demand) ?? Number.NaN)
    if (dollars === undefined || Number.isNaN(dollars)) unpriced.add(provider)
    else cost += jobs * dollars
  }
  return { calls, tokens: Math.round(tokens), cost: Math.round(cost * 1e6) / 1e6, unpriced: [...unpriced] }
}

type Sampled = Pick<ResolvedJob, 'inputs' | 'loads' | 'fileCount'>
const UNKNOWN: Sampled = { inputs: {}, loads: [], fileCount: 0 }

/** What is not made yet is left out of the inputs. */
function sampleOf(family: Family, resolver: JobResolver): readonly Sampled[] {
  const count = Math.min(SAMPLE_COUNT, family.size)
  return Array.from({ length: count }, (_, at) => {
    const position = Math.floor((at * family.size) / count)
    const resolution = resolver.resolve(family, family.firstJob + position)
    return resolution.state === 'resolved' ? resolution.job : UNKNOWN
  })
}
