import type { LoggedEvent, MovieEvent } from '../../../model/movie/event.js'
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

/** Reads the lines of a change in the log again: its artifacts begin in its batch and may reach into the next ones. */
export async function changeEvents(movie: ReadAgain, change: number): Promise<ChangeEvents> {
  const { history } = movie
  const id = history.jobs.idAt(history.jobAt(change))
  const end = history.seqAt(change)
  let artifacts: ArtifactEvent[] = []
  const batchCount = history.batchCount
  for (let batch = history.batchAt(change); batch < batchCount; batch++) {
    for (const logged of await movie.events(batch)) {
      const { seq, event } = logged
      // What was made by hand stands right before its change.
      if (seq === end) return { change: logged, artifacts: isOfJob(event) ? artifacts : artifacts.slice(-1) }
      if (event.type === 'artifact') {
        const isOwn = event.jobId === undefined ? event.artifactId.startsWith(`${id}.`) : event.jobId === id
        if (isOwn) artifacts.push({ seq, event })
      } else if (artifacts.length > 0 && endsChange(event, id)) artifacts = []
    }
  }
  return { change: undefined, artifacts }
}

const isOfJob = (event: MovieEvent): boolean => 'jobId' in event

/** What stands before it belongs to another change of the job. */
const endsChange = (event: MovieEvent, id: string): boolean =>
  ('jobId' in event && event.jobId === id) ||
  (event.type.startsWith('artifact.') && 'artifactId' in event && event.artifactId.startsWith(`${id}.`))
