import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** What a bundled file imports before it can start. */
const importsOf = (url: URL): string[] =>
  [...readFileSync(url, 'utf8').matchAll(/^import\b[^"'(]*["']([^"']+)["'];?$/gm)].map(([, name]) => name!)

test('a thread starts with its entry, the model and the limiter: no schemas, no store, no package', () => {
  const files = new Map<string, URL>()
  const others = new Set<string>()
  const visit = (url: URL) => {
    if (files.has(url.href)) return
    files.set(url.href, url)
    for (const name of importsOf(url)) {
      if (name.startsWith('.')) visit(new URL(name, url))
      else others.add(name)
    }
  }
  visit(new URL('../../../dist/thread/worker-main.js', import.meta.url))
  expect([...files.values()].map(url => basename(fileURLToPath(url))).sort()).toEqual([
    'shared-limiter.js',
    'shared-model.js',
    'worker-main.js',
  ])
  expect([...others].filter(name => !name.startsWith('node:'))).toEqual([])
})
