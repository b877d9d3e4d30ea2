import { expect, test } from 'vitest'
import { localImportsOf, readSourceFiles, type SourceFiles } from './source-files.js'

/**
 * How far a reader walks: the files of the longest chain of imports, each importing the next, from the command or from
 * what users import. Types and imports at run time count: who wants to understand a file follows both. The aim is 17,
 * which held until lists could grow. Never grows.
 */
const CHAIN_LIMIT = 20
/** The build lists the built-in providers there; nobody reads it. */
const GENERATED = 'providers/builtin-providers.ts'

function longestChain(files: SourceFiles): string[] {
  const known = new Map<string, string[]>()
  const from = (path: string): string[] => {
    const before = known.get(path)
    if (before !== undefined) return before
    known.set(path, [path])
    const next = localImportsOf(path, files.get(path)!).filter(imported => files.has(imported))
    const chain = [path, ...longest(next.map(from))]
    known.set(path, chain)
    return chain
  }
  return longest([...files.keys()].map(from))
}

const longest = (chains: readonly string[][]): string[] =>
  chains.reduce((most, chain) => (chain.length > most.length ? chain : most), [])

test(`no chain of imports is longer than ${CHAIN_LIMIT} files`, () => {
  const files = new Map(readSourceFiles())
  expect(files.delete(GENERATED)).toBe(true)
  const chain = longestChain(files)
  expect(chain.length, chain.join('\n')).toBeLessThanOrEqual(CHAIN_LIMIT)
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
})
