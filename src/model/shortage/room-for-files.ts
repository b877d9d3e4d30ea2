import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { withReserve } from './descriptor-reserve.js'
import { SHORTAGE_WARN_MS, warnOfShortage } from './warn-of-shortage.js'
import { SHORTAGE_PATIENCE_MS } from './with-patience.js'

/** Files of one package that Node may open at the same time, in several threads. */
const PACKAGE_FILES = 64
/** Of this package's own modules for threads, which are bundled. */
export const BUNDLE_FILES = 16
/** Who waits for long takes what there is: the limit may be lower than what was asked for. */
const LEAST_FILES = 8
const MODEST_EACH_MS = 100
const POLL_MS = 20

/**
 * Loads modules when there are file descriptors for them. Node keeps a failed `import()` for the life of the
 * thread, so that one failure for want of a descriptor would fail all later jobs as well.
 */
export async function loadWithRoom<Module>(
  load: () => Promise<Module>,
  files: number = PACKAGE_FILES,
): Promise<Module> {
  if (canOpen(files)) return await load()
  return await withReserve(async () => {
    await roomFor(files)
    return await load()
  })
}

async function roomFor(count: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < SHORTAGE_PATIENCE_MS; waitedMs += POLL_MS) {
    if (canOpen(Math.max(LEAST_FILES, count - waitedMs / MODEST_EACH_MS))) return
    if (waitedMs >= SHORTAGE_WARN_MS) warnOfShortage('files')
    await sleep(POLL_MS)
  }
}

/** Whether this process could open so many files now. */
export function canOpen(count: number): boolean {
  const opened: number[] = []
  try {
    while (opened.length < count) opened.push(openSync(devNull, 'r'))
    return true
  } catch {
    return false
  } finally {
    for (const descriptor of opened) closeSync(descriptor)
  }
}
