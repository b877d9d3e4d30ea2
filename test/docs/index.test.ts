import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { markdownPages, type Page, proseOf } from '../support/markdown.js'

/** From the index every page of docs/ is at most two clicks away. */

const INDEX = 'docs/README.md'
const CLICKS = 2

const linksOf = (page: Page): string[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target]) =>
    normalize(join(dirname(page.path), target!)),
  )

function withinClicks(pages: readonly Page[], from: string, clicks: number): Set<string> {
  const byPath = new Map(pages.map(page => [page.path, page]))
  let reached = new Set([from])
  for (let click = 0; click < clicks; click++) {
    const linked = [...reached].flatMap(path => {
      const page = byPath.get(path)
      return page === undefined ? [] : linksOf(page)
    })
    reached = new Set([...reached, ...linked])
  }
  return reached
}

test('every page of docs/ can be reached from its index', async () => {
  const pages = (await markdownPages()).filter(({ path }) => path.startsWith('docs/'))
  expect(pages.length).toBeGreaterThan(20)
  const reached = withinClicks(pages, INDEX, CLICKS)
  expect(pages.map(({ path }) => path).filter(path => !reached.has(path))).toEqual([])
})

test('a page that nobody links is noticed', () => {
  const page = (path: string, text: string): Page => ({ path, text })
  const pages = [page(INDEX, '[a](a.md)'), page('docs/a.md', '[b](b.md#x)'), page('docs/b.md', '[c](c.md)')]
  expect([...withinClicks(pages, INDEX, CLICKS)]).toEqual([INDEX, 'docs/a.md', 'docs/b.md'])
})
