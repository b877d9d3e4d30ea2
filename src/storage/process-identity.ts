import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** What tells one process from all others, also from a later one with the same number. */
export interface ProcessIdentity {
  readonly host: string
  /** Changes when the machine starts anew; null where the system has none (it is Linux's). */
  readonly bootId: string | null
  /** Process numbers mean something only in their own namespace; null where the system has none. */
  readonly pidNamespace: string | null
  readonly pid: number
  /** Clock ticks since boot at which the process started; null where the system does not tell. */
  readonly processStartTime: string | null
}

export function ownIdentity(): ProcessIdentity {
  return {
    host: hostname(),
    bootId: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    processStartTime: processStartTime(process.pid),
  }
}

/** True only when it is certain: the process belongs to this machine, and is not there any more. */
export function isProcessGone(identity: ProcessIdentity): boolean {
  const own = ownIdentity()
  if (identity.host !== own.host || identity.bootId === null || own.bootId === null) {
    return identity.host === own.host && !answersSignal(identity.pid)
  }
  // After a restart of the machine none of its processes is left.
  if (identity.bootId !== own.bootId) return true
  if (identity.pidNamespace !== own.pidNamespace) return false
  if (!answersSignal(identity.pid)) return true
  const startTime = processStartTime(identity.pid)
  if (startTime === 'ended') return true
  return identity.processStartTime !== null && startTime !== null && startTime !== identity.processStartTime
}

/** Signal 0 is not delivered; EPERM means that the process is there and another user's. */
function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/**
 * proc(5): field 22 of the line, counted behind the name in parentheses, which may itself hold anything. A process
 * that has ended answers signals until its parent has asked for its exit code; its state (field 3) tells.
 */
function processStartTime(pid: number): string | null {
  const line = orNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ')
  return fields?.[0] === 'Z' || fields?.[0] === 'X' ? 'ended' : (fields?.[19] ?? null)
}

function orNull(read: () => string): string | null {
  try {
    return read()
  } catch {
    return null
  }
}
