import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { markdownPages, type Page, REPOSITORY } from '../support/markdown.js'

/** Files and folders of this repository that a page names without a link. */
const mentionsIn = ({ text }: Page): string[] =>
  [...text.matchAll(/(?<![\w./-])(?:src|test|bench|scripts|examples|docs)\/[\w./-]*[\w/]/g)].map(
    ([path]) => path,
  )

/** A changelog and a decision speak of their time; a page of today does not. */
const isOfItsTime = ({ path }: Page) => path === 'CHANGELOG.md'

test('what a page names is there', async () => {
  const pages = (await markdownPages()).filter(page => !isOfItsTime(page))
  const mentions = pages.flatMap(page => mentionsIn(page).map(path => [page.path, path] as const))
  expect(mentions.length).toBeGreaterThan(20)
  const missing = mentions.filter(([, path]) => !existsSync(join(REPOSITORY, path)))
  expect(missing.map(([page, path]) => `${page}: ${path}`)).toEqual([])
})

test('a mention is found wherever it stands', () => {
  const text = 'see `src/gone.ts`, (test/contract/) and bench/main.mjs, but not ../src/x.ts or dist/src/y.js'
  expect(mentionsIn({ path: 'a.md', text })).toEqual(['src/gone.ts', 'test/contract/', 'bench/main.mjs'])
})
