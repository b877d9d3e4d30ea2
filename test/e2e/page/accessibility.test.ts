import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { inline } from '../../../dist/index.js'
import { hasBrowser, openPage } from '../../support/browser/browser-page.js'
import { newStore, testEngine } from '../../support/engine-fixture.js'

/** What axe-core finds in each view, in both colour schemes, from the narrowest to the widest window. */

const blueprint = {
  name: 'seen',
  loops: { row: { count: 12 } },
  producers: {
    Text: {
      loop: 'row',
      provider: 'p',
      with: { n: '${index.row}' },
      outputs: { Text: 'text' },
      retry: { attempts: 1 },
    },
    Read: { loop: 'row', provider: 'p', with: { text: '${Text[row].Text}' }, outputs: { Text: 'text' } },
  },
} as const

/** The last one is what a view is used at. */
const WIDTHS = [390, 2560, 1280]

async function violationsIn(page: Page): Promise<string[]> {
  const found = new Set<string>()
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 })
    for (const violation of await violationsNow(page)) found.add(violation)
  }
  return [...found]
}

async function violationsNow(page: Page): Promise<string[]> {
  return (await page.evaluate(`(async () => {
    const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] })
    return violations.map(({ id, nodes }) => id + ': ' + nodes.map(node => node.target.join(' ')).slice(0, 3).join(', '))
  })()`)) as string[]
}

describe.skipIf(!hasBrowser)('nobody is locked out', () => {
  // axe-core looks at ten views one after the other.
  test.each(['light', 'dark'] as const)(
    'of any view (%s)',
    async scheme => {
      const p = inline(({ inputs }) => {
        if (inputs.n === 7) throw new Error('It is broken.')
        return { outputs: { Text: 'Some text' }, costUsd: 0.01 }
      })
      const engine = await testEngine({ store: await newStore('memory'), providers: { p } })
      await engine.run({ blueprint })
      await engine.movie('seen').review([
        { artifact: 'Read[0].Text', decision: 'approve' },
        { artifact: 'Read[1].Text', decision: 'reject', note: 'Longer.' },
      ])
      const { page } = await openPage((await engine.serve()).url, { scheme })
      await page.locator('[aria-selected].row').nth(4).waitFor()
      // By the debugger, since the page lets no script of anyone else run.
      await page.evaluate(axe.source)
      const found: Record<string, readonly string[]> = {}
      for (const view of ['Jobs', 'Failures', 'Gallery', 'Timeline', 'Graph', 'Runs', 'Compare', 'Review']) {
        await page.getByRole('tab', { name: view }).click()
        await page.getByRole('tab', { name: view, selected: true }).waitFor()
        if (view === 'Review') {
          await page.getByRole('button', { name: 'all', exact: true }).click()
          await page.getByRole('option').nth(1).waitFor()
        }
        found[view] = await violationsIn(page)
      }
      await page.keyboard.press('z')
      await page.getByRole('dialog').waitFor()
      found.zoom = await violationsIn(page)
      await page.keyboard.press('Escape')
      await page.getByRole('tab', { name: 'Jobs' }).click()
      await page.locator('[aria-selected].row').nth(1).click()
      await page.getByRole('complementary', { name: 'Job' }).getByText('Read[1]').waitFor()
      found.job = await violationsIn(page)
      expect(Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0))).toEqual({})
    },
    90_000,
  )
})
