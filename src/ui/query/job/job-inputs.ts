import type { KnownArtifact, RelatedJobs } from '../../../engine/job-inputs/run-inputs.js'
import type { ArtifactId } from '../../../model/id.js'
import type { FollowedMovie } from '../../history/followed-movie.js'
import { JOB_STATES } from '../../history/jobs/job-change.js'
import { jobName } from '../../history/jobs/job-name.js'
import { jobOfArtifact } from '../../history/jobs/job-of-artifact.js'
import type { MovieMoment } from '../../history/movie-moment.js'
import type { InputData, JobDetail, LinksData } from '../../page-jobs.js'
import type { CurrentArtifactEvent } from './artifact-event.js'
import { outputData } from './output-data.js'
import type { Digests } from './why-it-ran.js'

/** Characters of an input that are shown. */
const TEXT_LIMIT = 20_000
/** Artifacts of one input that are shown. */
const SHOWN_LIMIT = 24
const ARTIFACT_TEXT_LIMIT = 300

const NOTHING: LinksData = { count: 0, jobs: [] }

/** What a job is given at a moment, whom it reads and who reads it, by the record of the run then. */
export async function jobInputs(
  movie: FollowedMovie,
  moment: MovieMoment,
  id: string,
  digests: Digests | undefined,
  outputsOf: (job: number) => Promise<CurrentArtifactEvent[]>,
): Promise<Pick<JobDetail, 'inputs' | 'reads' | 'readBy'>> {
  const artifacts = new Map<ArtifactId, CurrentArtifactEvent | undefined>()
  const artifactOf = async (artifact: ArtifactId): Promise<KnownArtifact | undefined> => {
    if (!artifacts.has(artifact)) await lookUp(artifact)
    return artifacts.get(artifact)?.event
  }
  const lookUp = async (artifact: ArtifactId) => {
    const job = movie.history.jobs.numberOf(jobOfArtifact(artifact))
    for (const output of await outputsOf(job)) artifacts.set(output.event.artifactId, output)
    if (!artifacts.has(artifact)) artifacts.set(artifact, undefined)
  }
  const found = await (await movie.runInputs(moment))?.of(id, artifactOf)
  if (found === undefined) return { inputs: namesOf(digests), reads: NOTHING, readBy: NOTHING }
  return {
    inputs: found.inputs.map(({ name, value, digest, reads, isCut }) => {
      const text =
        typeof value === 'string' ? value : value === undefined ? undefined : JSON.stringify(value, null, 1)
      const given = digests?.get(encodeURIComponent(name))
      const hasChanged =
        given !== undefined && given !== digest && isCut !== true && text?.includes('[secret]') !== true
      return {
        name,
        ...(text !== undefined && { text: text.slice(0, TEXT_LIMIT) }),
        ...((isCut || (text?.length ?? 0) > TEXT_LIMIT) && { isCut: true }),
        ...(hasChanged && { hasChanged }),
        from: reads.slice(0, SHOWN_LIMIT).flatMap(artifact => {
          const output = artifacts.get(artifact)
          if (output === undefined) return []
          const job = movie.history.jobs.numberOf(jobOfArtifact(artifact))
          return [{ ...outputData(output, ARTIFACT_TEXT_LIMIT), id: jobName(artifact), job }]
        }),
      }
    }),
    reads: linksOf(moment, found.reads),
    readBy: linksOf(moment, found.readBy),
  }
}

function linksOf(moment: MovieMoment, { count, jobs }: RelatedJobs): LinksData {
  return {
    count,
    jobs: jobs.map(id => {
      const job = moment.history.jobs.numberOf(id)
      return { job, id: jobName(id), state: JOB_STATES[moment.stateOf(job)]! }
    }),
  }
}

/** Without a record, at least their names. */
const namesOf = (digests: Digests = new Map()): InputData[] =>
  [...digests.keys()]
    .filter(name => !name.startsWith('('))
    .map(name => ({ name: decodeURIComponent(name), from: [] }))
