import type { EventType, MovieEvent } from './event.js'

/** What a type of event is about. */
type EventSubject = 'writer' | 'run' | 'limit' | 'job' | 'artifact'

const SUBJECTS: Readonly<Record<EventType, EventSubject>> = {
  'writer.opened': 'writer',
  'writer.closed': 'writer',
  'run.started': 'run',
  'run.finished': 'run',
  'regenerate.requested': 'run',
  'job.submitted': 'job',
  artifact: 'artifact',
  'artifact.pinned': 'artifact',
  'artifact.unpinned': 'artifact',
  'artifact.removed': 'artifact',
  'review.requested': 'artifact',
  'review.withdrawn': 'artifact',
  'artifact.reviewed': 'artifact',
  'job.succeeded': 'job',
  'job.failed': 'job',
  'job.skipped': 'job',
  'loop.expanded': 'job',
  'limit.adjusted': 'limit',
}

/** Every type of event there is. */
export const EVENT_TYPES = Object.keys(SUBJECTS) as readonly EventType[]

/** Whether an event changes what a movie holds: its jobs or their artifacts. False for types that a newer version writes. */
export function isOfJobs(event: MovieEvent): boolean {
  if (event.type === 'run.started') return event.moved !== undefined
  const subject = SUBJECTS[event.type]
  return subject === 'job' || subject === 'artifact'
}
