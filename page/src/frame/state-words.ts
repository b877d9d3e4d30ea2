import type { JobState } from '../../../src/ui/history/jobs/job-change.ts'
import type { RunData } from '../../../src/ui/page-data.ts'

/** In the order in which bars show them. */
export const STATES: readonly JobState[] = [
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
  'retrying',
  'submitted',
  'open',
]

export const STATE_WORDS: Readonly<Record<string, string>> = {
  succeeded: 'made',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'cancelled',
  retrying: 'retrying',
  submitted: 'at service',
  open: 'open',
  active: 'running',
  edited: 'edited by hand',
  pinned: 'pinned',
  unpinned: 'unpinned',
  removed: 'removed',
  asked: 'to be regenerated',
  approved: 'approved',
  rejected: 'rejected',
}

export const RUN_WORDS: Readonly<Record<RunData['state'], string>> = {
  running: 'running',
  interrupted: 'did not end',
  succeeded: 'done',
  failed: 'done, with failures',
  cancelled: 'cancelled',
  stopped: 'stopped',
  waiting: 'waiting for people',
}
