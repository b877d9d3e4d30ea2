import type { JobAssignment, JobTemplate } from '../../model/job.js'
import type { RunOpening } from '../executor.js'
import type { HostSession } from './host-session.js'

/** Puts jobs on a session's worker. */
type Take = (session: HostSession, jobs: readonly JobAssignment[]) => void

export interface SessionRunOptions {
  readonly opening: RunOpening
  readonly abortGraceMs: number
  /** Splits jobs over sessions; those that may wait can be taken later. */
  assign(jobs: readonly JobAssignment[], take: Take, template: JobTemplate): void
  /** @default jobs that have lost a worker, which run apart */
  readonly mayWait?: (job: JobAssignment) => boolean
  /** @default that of the process */
  readonly nowMs?: () => number
  /** Absent: as many as come. */
  readonly freePlaces?: () => number
  /** What still runs at the end is not aborted, and not waited for. */
  readonly leavesRunning?: true
  /** Messages up to this receipt are durable. */
  onRecorded?(receipt: number): void
  /** The run takes part in nothing any more. */
  onClosed(): Promise<void> | void
}
