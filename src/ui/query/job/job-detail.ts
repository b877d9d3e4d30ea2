import type { BlobRef, LoggedEvent } from '../../../model/movie/event.js'
import type { FollowedMovie } from '../../history/followed-movie.js'
import { JOB_CHANGES } from '../../history/jobs/job-change.js'
import { jobOfArtifact } from '../../history/jobs/job-of-artifact.js'
import type { MovieMoment } from '../../history/movie-moment.js'
import type { AttemptData, JobDetail, OutputData } from '../../page-jobs.js'
import { jobData } from '../job-data.js'
import type { CurrentArtifactEvent } from './artifact-event.js'
import { type ChangeEvents, changeEvents } from './change-events.js'
import { currentOutputs } from './current-outputs.js'
import { jobInputs } from './job-inputs.js'
import { outputData } from './output-data.js'
import { rejectedOutputs } from './rejected-outputs.js'
import { type Digests, whyItRan } from './why-it-ran.js'

/** Characters of a text that a job's own view shows; the whole is one click away. */
const DETAIL_TEXT_LIMIT = 20_000
/** Changes of one job that are shown, newest first. */
const CHANGES_SHOWN = 50

/** Everything that the log says of a job, and what it is given. */
export async function jobDetail(
  movie: FollowedMovie,
  moment: MovieMoment,
  job: number,
): Promise<Omit<JobDetail, 'notes'>> {
  const { history } = moment
  const data = jobData(moment, job)
  const planned = moment.run?.plan?.producers.find(({ name }) => name === data.producer)
  const changes = [...history.changesOf(job, moment.changes)]
  const attempts: AttemptData[] = []
  const digests = new Map<number, Digests>()
  for (const change of changes.slice(0, CHANGES_SHOWN)) {
    const events = await changeEvents(movie, change)
    attempts.push({
      ...attemptData(moment, change, events),
      outputs: await outputsOf(movie, events.artifacts),
    })
    const ofSuccess = digestsIn(events.change)
    if (ofSuccess) digests.set(change, ofSuccess)
  }
  const [newest] = digests.values()
  return {
    ...data,
    ...(planned && { provider: planned.provider }),
    ...(planned?.model !== undefined && { model: planned.model }),
    outputs: await outputsOf(movie, await currentOutputs(movie, moment, job)),
    history: attempts.map((attempt, at) => {
      const why = whyItRan(history, changes[at]!, changes.slice(at + 1), change => digests.get(change))
      return { ...attempt, ...(why && { why }) }
    }),
    ...(await jobInputs(movie, moment, history.jobs.idAt(job), newest, of =>
      currentOutputs(movie, moment, of),
    )),
  }
}

function attemptData(
  { history }: MovieMoment,
  change: number,
  { change: logged }: ChangeEvents,
): Omit<AttemptData, 'outputs'> {
  const costUsd = history.costAt(change)
  const uncertainCostUsd = history.uncertainCostAt(change)
  const durationMs = history.durationAt(change)
  const attempt = history.attemptAt(change)
  const reason = history.reasons.at(history.reasonAt(change))
  return {
    state: JOB_CHANGES[history.kindAt(change)]!,
    seq: logged?.seq ?? 0,
    atMs: history.timeAt(change),
    ...(attempt > 0 && { attempt }),
    ...(durationMs > 0 && { durationMs }),
    ...(costUsd !== 0 && { costUsd }),
    ...(uncertainCostUsd !== 0 && { uncertainCostUsd }),
    ...(reason && { code: reason.code, message: reason.message }),
    ...factsOf(logged),
  }
}

/** Also of a text that is too long for a line of the log, its beginning. */
async function outputsOf(
  movie: FollowedMovie,
  artifacts: readonly CurrentArtifactEvent[],
): Promise<OutputData[]> {
  const outputs: OutputData[] = []
  for (const artifact of artifacts) {
    const output = outputData(artifact, DETAIL_TEXT_LIMIT)
    const { blob } = artifact.event
    outputs.push(blob && isText(blob.mimeType) ? { ...output, ...(await beginning(movie, blob)) } : output)
  }
  return outputs
}

const isText = (mimeType: string): boolean => /^text\/(plain|markdown|csv)|^application\/json/.test(mimeType)

async function beginning(movie: FollowedMovie, blob: BlobRef): Promise<Pick<OutputData, 'text' | 'isCut'>> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of movie.movie.blob(blob).stream()) {
    chunks.push(chunk)
    sizeBytes += chunk.length
    if (sizeBytes >= DETAIL_TEXT_LIMIT) break
  }
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, DETAIL_TEXT_LIMIT))
  return blob.sizeBytes > DETAIL_TEXT_LIMIT ? { text, isCut: true } : { text }
}

/** What only the line itself says. */
function factsOf(logged: LoggedEvent | undefined): Partial<AttemptData> {
  const event = logged?.event
  switch (event?.type) {
    case 'job.succeeded': {
      const { usage, reused, by } = event
      return { ...(usage && { usage }), ...(reused && { reused }), ...(by && { answeredBy: by }) }
    }
    case 'job.failed': {
      const { usage, answer, error, rejected, by } = event
      return {
        message: error.message,
        ...(by && { answeredBy: by }),
        ...(usage && { usage }),
        ...(answer !== undefined && { answer }),
        ...(rejected?.outputs && { rejected: rejectedOutputs(rejected.outputs, DETAIL_TEXT_LIMIT) }),
      }
    }
    case 'artifact.reviewed': {
      const { artifactId, note, by } = event
      return {
        judged: artifactId.slice(jobOfArtifact(artifactId).length + 1),
        ...(note !== undefined && { note }),
        ...(by !== undefined && { judgedBy: by }),
      }
    }
    case 'job.submitted':
      return { checkpoint: event.checkpoint }
    default:
      return {}
  }
}

function digestsIn(logged: LoggedEvent | undefined): Digests | undefined {
  if (logged?.event.type !== 'job.succeeded' || logged.event.inputs === undefined) return undefined
  return new Map(
    logged.event.inputs.split(' ').map(input => {
      const at = input.lastIndexOf(':')
      return [input.slice(0, at), input.slice(at + 1)]
    }),
  )
}
