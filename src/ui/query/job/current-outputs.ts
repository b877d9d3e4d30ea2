import type { ArtifactId } from '../../../model/id.js'
import type { FollowedMovie } from '../../history/followed-movie.js'
import { JOB_CHANGES } from '../../history/jobs/job-change.js'
import type { MovieMoment } from '../../history/movie-moment.js'
import type { CurrentArtifactEvent } from './artifact-event.js'
import { type ChangeEvents, changeEvents } from './change-events.js'

type Outputs = Map<string, CurrentArtifactEvent>
/** What an artifact is called at the moment. */
type NameOf = (id: ArtifactId) => ArtifactId

/** What a job has at a moment, in the order in which it was made: its last results, and what is pinned or edited. */
export async function currentOutputs(
  movie: FollowedMovie,
  moment: MovieMoment,
  job: number,
): Promise<CurrentArtifactEvent[]> {
  const current: Outputs = new Map()
  for (const change of relevantChanges(moment, job)) {
    const nameOf = (id: ArtifactId) => movie.history.moves.nameOf(id, change, moment.changes)
    const events = await changeEvents(movie, change)
    if (JOB_CHANGES[movie.history.kindAt(change)] === 'succeeded') made(current, events, nameOf)
    else byHand(current, events, nameOf)
  }
  return [...current.values()]
}

/** What a job has made replaces what is neither pinned nor edited. */
function made(current: Outputs, { artifacts }: ChangeEvents, nameOf: NameOf): void {
  for (const artifact of artifacts) {
    const artifactId = nameOf(artifact.event.artifactId)
    if (current.get(artifactId)?.override === undefined) current.set(artifactId, called(artifact, artifactId))
  }
}

function byHand(current: Outputs, { artifacts, change }: ChangeEvents, nameOf: NameOf): void {
  for (const own of artifacts) {
    const artifactId = nameOf(own.event.artifactId)
    current.set(artifactId, called(own, artifactId))
  }
  const event = change?.event
  if (event === undefined || !('artifactId' in event)) return
  const artifactId = nameOf(event.artifactId)
  const { override: _, ...known } = current.get(artifactId) ?? {}
  if (event.type === 'artifact.removed') current.delete(artifactId)
  else if ('event' in known)
    current.set(artifactId, {
      ...known,
      ...(event.type === 'artifact.pinned' && { override: event.isEdited ? 'edited' : 'pinned' }),
    })
}

function called(artifact: CurrentArtifactEvent, artifactId: ArtifactId): CurrentArtifactEvent {
  const { event } = artifact
  return event.artifactId === artifactId ? artifact : { ...artifact, event: { ...event, artifactId } }
}

/** Oldest first. Of a job of which nothing was pinned or edited, only the last success counts. */
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
