import { setTimeout as sleep } from 'node:timers/promises'
import { canOpen } from './can-open.js'
import { withReserve } from './descriptor-reserve.js'
import { LEAST_OPEN_FILES, tooFewOpenFiles } from './open-files-limit.js'
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
 * @throws ShowrunnerError `OPEN_FILES_LIMIT`
 */
export async function loadWithRoom<Module>(
  load: () => Promise<Module>,
  files: number = PACKAGE_FILES,
): Promise<Module> {
  if (canOpen(files)) return await load()
  const tooFew = tooFewOpenFiles(LEAST_OPEN_FILES)
  if (tooFew !== undefined) throw tooFew
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
