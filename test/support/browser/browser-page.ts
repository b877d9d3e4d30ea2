import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, onTestFinished } from 'vitest'

const PLACES = [process.env.SHOWRUNNER_TEST_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser']
const executable = PLACES.find(place => place !== undefined && existsSync(place))

if (executable === undefined && process.env.SHOWRUNNER_REQUIRE_CHROMIUM)
  throw new Error(
    'There is no Chromium. Run scripts/install-chromium.sh, or say where it is: SHOWRUNNER_TEST_CHROMIUM',
  )

/** Tests in a browser are skipped where there is none. */
export const hasBrowser = executable !== undefined

export interface OpenPage {
  readonly page: Page
  /** What the browser has complained of, and what the page tried and may not do. */
  readonly complaints: readonly string[]
}

let launched: Promise<Browser> | undefined

/** One for all tests of a file, since starting one takes longer than most of them. */
function sharedBrowser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: executable!,
    // In a container there is neither a sandbox nor a graphics card.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
  return launched
}

afterAll(async () => await (await launched)?.close())

/** A page with cookies and storage of its own, which ends with the test. */
export async function openPage(
  url: string,
  options: { width?: number; scheme?: 'light' | 'dark' } = {},
): Promise<OpenPage> {
  const { width = 1280, scheme = 'light' } = options
  const browser = await sharedBrowser()
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  page.setDefaultTimeout(20_000)
  await page.goto(url)
  return { page, complaints }
}
