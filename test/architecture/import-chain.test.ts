import { expect, test } from 'vitest'
import { loadedImportsOf, localImportsOf, readSourceFiles, type SourceFiles } from './source-files.js'

/**
 * How far a reader walks: the files of the longest chain of imports, each importing the next, from the command or from
 * what users import. Never grows.
 */
const CHAINS = [
  { what: 'imports that load code, at once or at run time', limit: 17, importsOf: loadedImportsOf },
  // Who wants to understand a file follows its types as well.
  { what: 'imports, types as well', limit: 20, importsOf: localImportsOf },
]
/** The build lists the built-in providers there; nobody reads it. */
const GENERATED = 'providers/builtin-providers.ts'

function longestChain(files: SourceFiles, importsOf = localImportsOf): string[] {
  const known = new Map<string, string[]>()
  const from = (path: string): string[] => {
    const before = known.get(path)
    if (before !== undefined) return before
    known.set(path, [path])
    const next = importsOf(path, files.get(path)!).filter(imported => files.has(imported))
    const chain = [path, ...longest(next.map(from))]
    known.set(path, chain)
    return chain
  }
  return longest([...files.keys()].map(from))
}

const longest = (chains: readonly string[][]): string[] =>
  chains.reduce((most, chain) => (chain.length > most.length ? chain : most), [])

test.each(CHAINS)('no chain of $what is longer than $limit files', ({ limit, importsOf }) => {
  const files = new Map(readSourceFiles())
  expect(files.delete(GENERATED)).toBe(true)
  const chain = longestChain(files, importsOf)
  expect(chain.length, chain.join('\n')).toBeLessThanOrEqual(limit)
})

test('types and imports at run time are steps of a chain', () => {
  const files: SourceFiles = new Map([
    ['cli/a.ts', "import type { B } from '../b.js'"],
    ['b.ts', "export const c = () => import('./c.js')"],
    ['c.ts', "import 'node:fs'\nimport { type D } from './d.js'"],
    ['d.ts', "export { e } from './e.js'"],
    ['e.ts', 'export const e = 1'],
  ])
  expect(longestChain(files)).toEqual(['cli/a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts'])
  expect(longestChain(files, loadedImportsOf)).toEqual(['b.ts', 'c.ts'])
})
