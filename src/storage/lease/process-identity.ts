import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** What tells one process from all others, also from a later one with the same number. */
export interface ProcessIdentity {
  readonly host: string
  /** Changes when the machine restarts; null where the system has none (it is Linux's). */
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

/**
 * `gone`: it is certain that the process belonged to this machine and is not there any more. `unknown`: the host has
 * this one's name, and no process here is the one. Either the machine was restarted, or it is another machine
 * ("localhost", clones of a virtual machine). `elsewhere`: nothing can be said from here.
 */
export type ProcessFate = 'alive' | 'gone' | 'unknown' | 'elsewhere'

export function processFate(identity: ProcessIdentity): ProcessFate {
  const own = ownIdentity()
  if (identity.host !== own.host) return 'elsewhere'
  if (identity.bootId === null || own.bootId === null)
    return answersSignal(identity.pid) ? 'alive' : 'unknown'
  if (identity.bootId !== own.bootId) return 'unknown'
  if (identity.pidNamespace !== own.pidNamespace) return 'elsewhere'
  if (!answersSignal(identity.pid)) return 'gone'
  const startTime = processStartTime(identity.pid)
  if (startTime === 'ended') return 'gone'
  if (identity.processStartTime === null || startTime === null) return 'alive'
  return startTime === identity.processStartTime ? 'alive' : 'gone'
}

/** Whether it is this very process. */
export function isOwnProcess(identity: ProcessIdentity): boolean {
  const own = ownIdentity()
  return (Object.keys(own) as (keyof ProcessIdentity)[]).every(key => identity[key] === own[key])
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
 * proc(5): field 22 of the line, counted after the name in parentheses, which may itself hold anything. A process
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
