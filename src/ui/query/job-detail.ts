import type { BlobRef, LoggedEvent } from '../../model/movie/event.js'
import type { FollowedMovie } from '../history/followed-movie.js'
import { JOB_CHANGES } from '../history/job-change.js'
import type { MovieMoment } from '../history/movie-moment.js'
import type { AttemptData, JobDetail, OutputData } from '../page-data.js'
import { type ChangeEvents, changeEvents } from './change-events.js'
import { jobData } from './job-data.js'
import { outputData } from './output-data.js'

/** Characters of a text that a job's own view shows; the whole is one click away. */
const DETAIL_TEXT_LIMIT = 20_000
/** Changes of one job that are shown, newest first. */
const CHANGES_SHOWN = 50

/** Everything that the log says of a job. */
export async function jobDetail(movie: FollowedMovie, moment: MovieMoment, job: number): Promise<JobDetail> {
  const { history } = moment
  const data = jobData(moment, job)
  const plan = moment.run?.plan?.producers
  const planned = plan?.find(({ name }) => name === data.producer)
  const attempts: AttemptData[] = []
  let inputs: JobDetail['inputs'] = []
  for (const change of history.changesOf(job, moment.changes)) {
    if (attempts.length === CHANGES_SHOWN) break
    const events = await changeEvents(movie, change)
    attempts.push({ ...attemptData(moment, change, events), outputs: await outputsOf(movie, events) })
    if (inputs.length === 0) inputs = inputsOf(events.change)
  }
  return {
    ...data,
    ...(planned && { provider: planned.provider }),
    ...(planned?.model !== undefined && { model: planned.model }),
    history: attempts,
    inputs,
    reads: planned?.reads ?? [],
    readBy: plan?.filter(({ reads }) => reads.includes(data.producer)).map(({ name }) => name) ?? [],
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
async function outputsOf(movie: FollowedMovie, { artifacts }: ChangeEvents): Promise<OutputData[]> {
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
      const { usage, reused } = event
      return { ...(usage && { usage }), ...(reused && { reused }) }
    }
    case 'job.failed': {
      const { usage, answer, error } = event
      return { message: error.message, ...(usage && { usage }), ...(answer !== undefined && { answer }) }
    }
    case 'job.submitted':
      return { checkpoint: event.checkpoint }
    default:
      return {}
  }
}

function inputsOf(logged: LoggedEvent | undefined): JobDetail['inputs'] {
  if (logged?.event.type !== 'job.succeeded') return []
  return (logged.event.inputs ?? '')
    .split(' ')
    .filter(input => input !== '')
    .map(input => {
      const [name = '', digest = ''] = input.split(':')
      return { name: decodeURIComponent(name), digest }
    })
}
