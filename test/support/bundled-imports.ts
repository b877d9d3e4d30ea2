import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url))

/** What a bundled file imports before it can start. */
const importsOf = (url: URL): string[] =>
  [...readFileSync(url, 'utf8').matchAll(/^(?:import|export)\b[^"'(]*["']([^"']+)["'];?$/gm)].map(
    ([, name]) => name!,
  )

/**
 * A built file and all that it imports before it can start: our own files, by their path below `dist/`, and packages.
 * @param path below `dist/`
 */
export function loadedWith(path: string): { readonly files: string[]; readonly packages: string[] } {
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
  visit(new URL(`../../dist/${path}`, import.meta.url))
  return {
    files: [...files.values()].map(url => relative(DIST, fileURLToPath(url))).sort(),
    packages: [...others].filter(name => !name.startsWith('node:')),
  }
}
