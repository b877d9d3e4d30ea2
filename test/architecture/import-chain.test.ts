import { expect, test } from 'vitest'
import { readSourceFiles, type SourceFiles, valueImportsOf } from './source-files.js'

/**
 * How far a reader walks: the files of the longest chain of imports, each importing the next. Counted are imports of
 * values, static or not; a type alone is no step, since nothing of it runs. The walk of the command ends at a public
 * entry, where its reader knows the interface. Below 18 by intent; may become smaller, never grows.
 */
const CHAIN_LIMIT = 15
const PUBLIC = new Set(['index.ts', 'provider.ts', 'testing.ts'])

function longestChain(files: SourceFiles): string[] {
  const known = new Map<string, string[]>()
  const from = (path: string): string[] => {
    const before = known.get(path)
    if (before !== undefined) return before
    known.set(path, [path])
    const next = valueImportsOf(path, files.get(path) ?? '').filter(
      imported => files.has(imported) && !(path.startsWith('cli/') && PUBLIC.has(imported)),
    )
    const chain = [path, ...longest(next.map(from))]
    known.set(path, chain)
    return chain
  }
  return longest([...files.keys()].map(from))
}

const longest = (chains: readonly string[][]): string[] =>
  chains.reduce((most, chain) => (chain.length > most.length ? chain : most), [])

test(`no chain of imports is longer than ${CHAIN_LIMIT} files`, () => {
  const chain = longestChain(readSourceFiles())
  expect(chain.length, chain.join('\n')).toBeLessThanOrEqual(CHAIN_LIMIT)
})

test('a chain is counted by what runs', () => {
  const files: SourceFiles = new Map([
    ['a.ts', "import { b } from './b.js'\nimport type { D } from './d.js'"],
    ['b.ts', "export const c = () => import('./c.js')\nexport type { D } from './d.js'"],
    ['c.ts', "import 'node:fs'\nimport { type D } from './d.js'"],
    ['d.ts', "export { e } from './e.js'"],
    ['e.ts', 'export const e = 1'],
  ])
  expect(longestChain(files)).toEqual(['a.ts', 'b.ts', 'c.ts'])
})

test('and the command is read up to what users import', () => {
  const files: SourceFiles = new Map([
    ['cli/a.ts', "import { b } from './b.js'"],
    ['cli/b.ts', "import { c } from '../index.js'"],
    ['index.ts', "export { c } from './c.js'"],
    ['c.ts', 'export const c = 1'],
  ])
  expect(longestChain(files)).toHaveLength(2)
})
