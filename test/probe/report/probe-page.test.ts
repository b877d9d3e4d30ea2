import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { probePage } from '../../../src/probe/report/probe-page.js'
import { reportOf } from '../../../src/probe/report/probe-report.js'
import { levelOf } from '../../support/simulation/probed-service.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const refusing = { throughput: (n: number) => 1_234 * Math.min(n, 40), refusedShare: () => 0.36 }
const errors = { rate_limited: 240, overloaded: 34, malformed: 12 }

const pageOf = (ended: 'found' | 'calls') =>
  probePage(
    reportOf({
      provider: 'images',
      producer: 'Picture',
      levels: [1, 4, 16, 64, 256].map(n => levelOf(n, refusing, { errors })),
      ended,
      lastError: undefined,
      burst: undefined,
      latencyNear: () => undefined,
      calls: 500,
      accepted: 400,
      costUsd: 0,
      durationMs: 1_000,
    }),
  )

test('a probe that came to its end has limits to paste, and one that was cut short the way on', () => {
  expect(pageOf('found')).toContain('For the config')
  expect(pageOf('calls')).not.toContain('For the config')
  expect(pageOf('calls')).toContain('class="cut"')
})

/** Loads the page at a width, and lists what lies beyond its right edge. */
const script = (page: string, widths: readonly number[]) => `<body><script>
const page = ${JSON.stringify(page).replaceAll('<', '\\u003c')}
const seen = []
for (const width of ${JSON.stringify(widths)}) {
  const frame = document.createElement('iframe')
  frame.style = 'border: 0; height: 900px; width: ' + width + 'px'
  frame.srcdoc = page
  frame.onload = () => {
    const cells = [...frame.contentDocument.querySelectorAll('td, dd, svg')]
    const beyond = cells.filter(cell => cell.getBoundingClientRect().right > width)
    seen.push([width, cells.length > 0, beyond.length])
    document.title = 'seen ' + JSON.stringify(seen.sort((a, b) => a[0] - b[0]))
  }
  document.body.append(frame)
}
</script></body>`

test.skipIf(!existsSync(CHROMIUM))('nothing is cut off at any width', { timeout: 60_000 }, async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'frames.html')
  const widths = [390, 600, 800, 1_000, 1_101, 1_280]
  await writeFile(file, script(pageOf('found'), widths))
  const profile = `--user-data-dir=${join(folder, 'profile')}`
  const args = [...FLAGS, profile, '--virtual-time-budget=5000', '--dump-dom', `file://${file}`]
  const { stdout } = await promisify(execFile)(CHROMIUM, args, { maxBuffer: 1e7 })
  const seen = /<title>seen (.*)<\/title>/.exec(stdout)?.[1]
  expect(JSON.parse(seen ?? '[]')).toEqual(widths.map(width => [width, true, 0]))
})
