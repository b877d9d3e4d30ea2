import { stat } from 'node:fs/promises'
import { tell } from '../display/output.js'

const NOTICE_AFTER_MS = 1_000

/** Says what is waited for when a file that a user has named is a pipe into which nobody writes. */
export async function noticeWaiting<Value>(path: string, reading: Promise<Value>): Promise<Value> {
  const timer = setTimeout(async () => {
    const isPipe = await stat(path).then(
      found => found.isFIFO(),
      () => false,
    )
    if (isPipe) tell(`Waiting for ${path}: it is a pipe, and what writes to it has not finished.`)
  }, NOTICE_AFTER_MS)
  try {
    return await reading
  } finally {
    clearTimeout(timer)
  }
}
