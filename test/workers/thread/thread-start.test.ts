import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** What a bundled file imports before it can start. */
const importsOf = (url: URL): string[] =>
  [...readFileSync(url, 'utf8').matchAll(/^import\b[^"'(]*["']([^"']+)["'];?$/gm)].map(([, name]) => name!)

/** A bundled file and all that it imports before it can start: our own files, and packages. */
function loadedWith(name: string): { readonly files: string[]; readonly packages: string[] } {
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
  visit(new URL(`../../../dist/thread/${name}`, import.meta.url))
  return {
    files: [...files.values()].map(url => basename(fileURLToPath(url))).sort(),
    packages: [...others].filter(name => !name.startsWith('node:')),
  }
}

test('a thread starts with its entry, the model and the limiter: no schemas, no store, no package', () => {
  expect(loadedWith('worker-main.js')).toEqual({
    files: ['shared-limiter.js', 'shared-model.js', 'worker-main.js'],
    packages: [],
  })
})

test('a thread that stores blobs on a local disk loads no package for it', () => {
  expect(loadedWith('shared-store.js').packages).toEqual([])
})
