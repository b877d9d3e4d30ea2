import { parseBlobValue } from '../../coordinator/parse-blob-value.js'
import { readMovie } from '../../coordinator/state/open-movie.js'
import type { PreparedPlan } from '../../engine/planning/prepared-plan.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { JobAssignment } from '../../model/job.js'
import type { JsonValue } from '../../model/json.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import type { Family } from '../../plan/geometry/family.js'
import type { Preview } from '../../plan/preview.js'
import { previewRun } from '../../plan/preview-run.js'
import { JobResolver } from '../../plan/up-to-date/job-resolver.js'
import { JobStatuses } from '../../plan/up-to-date/job-statuses.js'
import type { ResolvedJob } from '../../plan/up-to-date/resolved-job.js'
import type { Store } from '../../storage/store.js'
import { probedProducer } from '../probed-producer.js'

/** Different jobs that a probe takes turns with, at most; evenly spread over all of the producer's. */
const JOB_LIMIT = 1_000

/** The work of a probe: jobs of one producer, as a run would do them. */
export interface ProbeJobs {
  readonly prepared: PreparedPlan
  readonly family: Family
  readonly jobs: readonly ResolvedJob[]
}

/**
 * Resolves what the jobs of the probed producer read. Writes nothing.
 * @param named the producer, when it is not the only one
 * @throws ShowrunnerError `USAGE_INVALID` when it has no job that could run now
 */
export async function probeJobs(
  store: Store,
  prepared: PreparedPlan,
  named: string | undefined,
): Promise<ProbeJobs> {
  const { plan, settingsOf, isRegenerated } = prepared
  const { name } = probedProducer(plan.blueprint, named)
  const family = plan.families.find(({ producer }) => producer.name === name)!
  const { movie } = await readMovie(store, prepared.movieId, plan.createSlots())
  const preview = previewRun(plan, movie, { settingsOf, isRegenerated })
  const candidates = candidatesOf(family, movie, preview)
  const loaded = new Map<string, JsonValue>()
  const statuses = new JobStatuses(movie, plan.geometry.jobSlots, hash => loaded.get(hash))
  const resolver = new JobResolver(plan, statuses, settingsOf)
  const blobs = store.blobs(prepared.movieId)
  const jobs: ResolvedJob[] = []
  for (const job of candidates) {
    let resolution = resolver.resolve(family, job)
    while (resolution.state === 'missing') {
      for (const blob of resolution.blobs) loaded.set(blob.hash, parseBlobValue(blob, await blobs.read(blob)))
      resolution = resolver.resolve(family, job)
    }
    if (resolution.job.absent.length === 0) jobs.push(resolution.job)
  }
  if (jobs.length > 0) return { prepared, family, jobs }
  throw unusable(family, 'What its jobs read has no value.')
}

/**
 * The call with this number, from 0. The jobs take turns, and each turn is an attempt of its own, with another
 * idempotency key: a service must not answer from memory.
 */
export function assignmentOf(jobs: readonly ResolvedJob[], call: number): JobAssignment {
  const { indices, inputs, loads, inputsHash } = jobs[call % jobs.length]!
  const turn = Math.floor(call / jobs.length)
  const assignment = { job: call, attempt: turn + 1, indices, inputs, inputsHash, generation: turn }
  return loads.length === 0 ? assignment : { ...assignment, loads }
}

/** Jobs whose inputs are all there. */
function candidatesOf(family: Family, movie: MovieState, preview: Preview): number[] {
  const count = Math.min(JOB_LIMIT, family.size)
  const sample = Array.from({ length: count }, (_, at) =>
    family.jobAtPlace(Math.floor((at * family.size) / count)),
  )
  if (sample.length === 0) throw unusable(family, 'Its loops are empty.')
  const actions = sample.map(job => ({ job, action: preview.explain(movie.slots.jobIdAt(job))!.action }))
  const usable = actions.filter(
    ({ action }) => action.type === 'cached' || (action.type === 'run' && action.reason.type !== 'upstream'),
  )
  if (usable.length > 0) return usable.map(({ job }) => job)
  const waits = actions.map(({ action }) => action).find(({ type }) => type === 'run')
  if (waits?.type === 'run' && waits.reason.type === 'upstream')
    throw unusable(
      family,
      `It reads what ${waits.reason.jobId} makes, which the movie does not have yet. Run that first (--up-to-layer), or probe another producer.`,
    )
  throw unusable(family, 'All its jobs are skipped.')
}

function unusable({ producer }: Family, why: string): ShowrunnerError {
  return new ShowrunnerError('USAGE_INVALID', `Producer "${producer.name}" cannot be probed. ${why}`, {
    details: { producer: producer.name },
  })
}
