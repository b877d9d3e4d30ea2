import type { RunResult } from '../../index.js'
import { EXIT } from './exit-code.js'

/** What a run that was carried out ends the command with. */
export function exitCodeOfRun({ status, stopReason }: Pick<RunResult, 'status' | 'stopReason'>): number {
  switch (status) {
    case 'succeeded':
      return EXIT.done
    case 'failed':
      return EXIT.failed
    case 'waiting':
      return EXIT.waiting
    case 'stopped':
      return exitCodeOfStop(stopReason)
    case 'cancelled':
      return EXIT.cancelled
  }
}

function exitCodeOfStop(reason: RunResult['stopReason']): number {
  switch (reason) {
    case 'budget':
      return EXIT.budget
    case 'outage':
    case 'refused':
      return EXIT.service
    case 'fail_fast':
    case 'failures':
    case undefined:
      return EXIT.failed
  }
}
