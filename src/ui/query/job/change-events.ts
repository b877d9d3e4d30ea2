import type { ArtifactMade, LoggedEvent, MovieEvent } from '../../../model/movie/event.js'
import { isState } from '../../history/jobs/job-change.js'
import type { MovieHistory } from '../../history/movie-history.js'
import type { ArtifactEvent } from './artifact-event.js'

/** What the log says of one change of a job. */
export interface ChangeEvents {
  /** The line of the change itself. */
  readonly change: LoggedEvent | undefined
  /** What the attempt has made, in the same append. */
  readonly artifacts: readonly ArtifactEvent[]
}

/** A movie whose log can be read again. */
interface ReadAgain {
  readonly history: MovieHistory
  events(batch: number): Promise<readonly LoggedEvent[]>
}

/** Reads the lines of a change in the log again: its own, and those of its artifacts before it, maybe in earlier batches. */
export async function changeEvents(movie: ReadAgain, change: number): Promise<ChangeEvents> {
  const { history } = movie
  const id = history.jobs.idAt(history.jobAt(change))
  const end = history.seqAt(change)
  const last = history.batchOf(end) ?? -1
  // What a job has made ends where the lines of another one begin; what somebody has edited is one line.
  const first = isState(history.kindAt(change)) ? 0 : last - 1
  const artifacts: ArtifactEvent[] = []
  let line: LoggedEvent | undefined
  // From its own line back to where another change begins.
  for (let batch = last; batch >= Math.max(0, first); batch--) {
    const events = await movie.events(batch)
    let at = events.length - 1
    if (batch === last) {
      at = placeOf(events, end)
      line = events[at]
      if (line?.seq !== end) return { change: undefined, artifacts }
      if (line.event.type === 'artifact.reviewed') return { change: line, artifacts }
      at--
    }
    for (; at >= 0; at--) {
      const { seq, event } = events[at]!
      if (event.type === 'artifact' && isOf(event, id)) artifacts.unshift({ seq, event })
      else if (endsChange(event, id)) return { change: line, artifacts }
      // What was made by hand stands right before its change.
      if (artifacts.length > 0 && !isOfJob(line!.event)) return { change: line, artifacts }
    }
  }
  return { change: line, artifacts }
}

/** Of the first event with this number, or a higher one. */
function placeOf(events: readonly LoggedEvent[], seq: number): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (events[middle]!.seq < seq) low = middle + 1
    else high = middle
  }
  return low
}

const isOfJob = (event: MovieEvent): boolean => 'jobId' in event

const isOf = ({ artifactId, jobId }: ArtifactMade, id: string): boolean =>
  jobId === undefined ? artifactId.startsWith(`${id}.`) : jobId === id

/** What stands before it belongs to another change of the job, or of another job: those of one stand together. */
const endsChange = (event: MovieEvent, id: string): boolean =>
  ('jobId' in event && (event.jobId === id || event.type.startsWith('job.'))) ||
  (event.type.startsWith('artifact.') && 'artifactId' in event && event.artifactId.startsWith(`${id}.`))
