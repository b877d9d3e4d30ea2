import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const PLACES = [process.env.SHOWRUNNER_TEST_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser']

/**
 * Chromium, without a window; undefined where there is none.
 *
 * @template Result
 * @param {(browser: import('playwright-core').Browser) => Promise<Result>} use
 */
export async function withBrowser(use) {
  const executablePath = PLACES.find(place => place !== undefined && existsSync(place))
  if (executablePath === undefined) return undefined
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
  try {
    return await use(browser)
  } finally {
    await browser.close()
  }
}
