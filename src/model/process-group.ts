import { channel } from 'node:diagnostics_channel'

/** A child process that leads a process group of its own started, or ended. */
export interface ProcessGroupNotice {
  readonly pid: number
  readonly state: 'started' | 'ended'
}

/**
 * Where code in a worker thread says which process groups it has started. A thread that is killed runs no
 * exit handler; the host listens here and ends the groups for it.
 */
export const processGroups = channel('showrunner:process-group')
