import { causeChain } from '../error/cause-chain.js'
import { SHORTAGE_WAY_OUT, type Shortage } from './shortage.js'

/** This process, or the system, has no file descriptor left to give. */
const FILES = new Set(['EMFILE', 'ENFILE'])
/** Of a program that is to be started: the system has no process or no memory left to give. */
const PROCESSES = new Set(['EAGAIN', 'ENOMEM'])

/** What this machine ran short of, if that is what an error says. It passes by itself when others are done. */
export function shortageOf(error: unknown): Shortage | undefined {
  for (const link of causeChain(error)) {
    const { code, syscall } = link as NodeJS.ErrnoException
    if (code !== undefined && FILES.has(code)) return 'files'
    if (code !== undefined && PROCESSES.has(code) && syscall?.startsWith('spawn')) return 'processes'
  }
  return undefined
}

/** The shortage that an error tells of, without what else the error holds: for the cause of another one. */
export function shortageCause(error: unknown): Error | undefined {
  const shortage = shortageOf(error)
  if (shortage === undefined) return undefined
  const code = shortage === 'files' ? 'EMFILE' : 'EAGAIN'
  return Object.assign(new Error(SHORTAGE_WAY_OUT[shortage]), { code, syscall: 'spawn' })
}
