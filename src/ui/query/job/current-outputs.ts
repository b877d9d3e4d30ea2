import type { FollowedMovie } from '../../history/followed-movie.js'
import { JOB_CHANGES } from '../../history/job-change.js'
import type { MovieMoment } from '../../history/movie-moment.js'
import type { KeptArtifactEvent } from './artifact-event.js'
import { type ChangeEvents, changeEvents } from './change-events.js'

/** What a job has at a moment, in the order in which it was made: its last results, and what is kept by hand. */
export async function currentOutputs(
  movie: FollowedMovie,
  moment: MovieMoment,
  job: number,
): Promise<KeptArtifactEvent[]> {
  const current = new Map<string, KeptArtifactEvent>()
  for (const change of relevantChanges(moment, job)) {
    const events = await changeEvents(movie, change)
    if (JOB_CHANGES[movie.history.kindAt(change)] === 'succeeded') made(current, events)
    else byHand(current, events)
  }
  return [...current.values()]
}

/** What a job has made replaces what is not kept. */
function made(current: Map<string, KeptArtifactEvent>, { artifacts }: ChangeEvents): void {
  for (const artifact of artifacts) {
    const { artifactId } = artifact.event
    if (current.get(artifactId)?.keep === undefined) current.set(artifactId, artifact)
  }
}

function byHand(current: Map<string, KeptArtifactEvent>, { artifacts, change }: ChangeEvents): void {
  for (const own of artifacts) current.set(own.event.artifactId, own)
  const event = change?.event
  if (event === undefined || !('artifactId' in event)) return
  const { keep: _, ...known } = current.get(event.artifactId) ?? {}
  if (event.type === 'artifact.removed') current.delete(event.artifactId)
  else if ('event' in known)
    current.set(event.artifactId, {
      ...known,
      ...(event.type === 'artifact.pinned' && { keep: event.isEdited ? 'edited' : 'pinned' }),
    })
}

/** Oldest first. Of a job of which nothing was kept by hand, only the last success counts. */
function relevantChanges({ history, changes }: MovieMoment, job: number): number[] {
  const relevant: number[] = []
  let isByHand = false
  for (const change of history.changesOf(job, changes)) {
    const kind = JOB_CHANGES[history.kindAt(change)]!
    if (['edited', 'pinned', 'unpinned', 'removed'].includes(kind)) isByHand = true
    else if (kind !== 'succeeded') continue
    relevant.push(change)
  }
  if (isByHand) return relevant.reverse()
  return relevant.slice(0, 1)
}
