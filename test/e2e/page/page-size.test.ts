import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const SCRIPT_LIMIT_BYTES = 400_000
const folder = new URL('../../../dist/page/', import.meta.url)
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8')

test('the page is less than 400 KB of script, compressed, in one file', () => {
  const scripts = readdirSync(folder).filter(name => name.endsWith('.js'))
  expect(scripts).toEqual(['page.js'])
  expect(gzipSync(textOf('page.js')).length).toBeLessThan(SCRIPT_LIMIT_BYTES)
})

test('nothing of the page is loaded from elsewhere', () => {
  const loaded = [
    ...textOf('index.html').matchAll(/(?:src|href)="([^"]*)"/g),
    ...textOf('page.css').matchAll(/url\(([^)]*)\)|@import\s+(\S+)/g),
  ].map(([, address, other]) => address ?? other)
  expect(loaded.length).toBeGreaterThan(0)
  for (const address of loaded) expect(address).toMatch(/^(\.\/|data:)/)
})

/** Files that are loaded with a file: what it imports, and what that imports. */
function loadedWith(entry: string): ReadonlyMap<string, string> {
  const built = new URL('../../../dist/', import.meta.url)
  const loaded = new Map<string, string>()
  const load = (path: string) => {
    if (loaded.has(path)) return
    const source = readFileSync(new URL(path, built), 'utf8')
    loaded.set(path, source)
    for (const [, other] of source.matchAll(/^\s*(?:import|export)\b[^;()]*?['"](\.[^'"]+\.js)['"]/gm))
      load(new URL(other!, new URL(path, built)).href.slice(built.href.length))
  }
  load(entry)
  return loaded
}

test.each(['index.js', 'cli/main.js'])('the server of the page is not loaded with %s', entry => {
  const loaded = loadedWith(entry)
  expect(loaded.size).toBeGreaterThan(2)
  const servers = [...loaded].filter(([, source]) => /^import[^;]*['"]@?hono/m.test(source))
  expect(servers.map(([path]) => path)).toEqual([])
})
