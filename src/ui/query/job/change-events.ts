import type { LoggedEvent } from '../../../model/movie/event.js'
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
  const attempt = history.attemptAt(change)
  const artifacts: ArtifactEvent[] = []
  const batchCount = history.batchCount
  for (let batch = history.batchAt(change); batch < batchCount; batch++) {
    for (const logged of await movie.events(batch)) {
      const { event } = logged
      if (event.type === 'artifact') {
        const isOwn = event.jobId === undefined ? event.artifactId.startsWith(`${id}.`) : event.jobId === id
        if (isOwn) artifacts.push({ seq: logged.seq, event })
      } else if ('jobId' in event && event.jobId === id && attemptOf(event) === attempt) {
        return { change: logged, artifacts }
      } else if ('artifactId' in event && event.artifactId.startsWith(`${id}.`)) {
        return { change: logged, artifacts: artifacts.slice(-1) }
      }
    }
  }
  return { change: undefined, artifacts }
}

const attemptOf = (event: object): number => ('attempt' in event ? Number(event.attempt) : 0)
