import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'

/** Without a word from the service: as the engine's own jobs do. */
const BASE_DELAY_MS = 500
const DELAY_MAX_MS = 60_000

/**
 * The plainest loop: so many calls at once, and one that is refused waits as long as the service says.
 *
 * @param {string} url @param {number} jobs @param {number} concurrency
 */
export async function obedientLoop(url, jobs, concurrency) {
  const limit = pLimit(concurrency)
  await Promise.all(Array.from({ length: jobs }, () => limit(() => call(url))))
}

/** @param {string} url */
async function call(url) {
  for (let refusals = 0; ; refusals++) {
    const response = await fetch(url, { method: 'POST' })
    await response.text()
    if (response.ok) return
    const said = response.headers.get('retry-after')
    const ceilingMs = Math.min(DELAY_MAX_MS, BASE_DELAY_MS * 2 ** refusals)
    await sleep(said === null ? Math.random() * ceilingMs : 1_000 * Number(said))
  }
}
