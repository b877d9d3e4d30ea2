import { expect, test } from 'vitest'
import { readSourceFiles, type SourceFiles, withoutComments } from './source-files.js'

const EXPORTED =
  /^export (?:default )?(?:abstract )?(?:async )?(?:class|interface|type|function\*?|const|let|enum) (\w+)/gm

/** Names that each file of a kind exports, so that it can be found by its place. */
const BY_CONVENTION: readonly (readonly [name: string, files: RegExp])[] = [
  ['command', /^cli\/commands\/[\w-]+\/[\w-]+\.ts$/],
]

/** Exported names that stand for two things, with the files of both. */
function sharedNames(files: SourceFiles): string[] {
  const homes = new Map<string, Set<string>>()
  for (const [path, source] of files)
    for (const [, name] of withoutComments(source).matchAll(EXPORTED)) {
      if (BY_CONVENTION.some(([known, place]) => known === name && place.test(path))) continue
      homes.set(name!, (homes.get(name!) ?? new Set()).add(path))
    }
  return [...homes]
    .filter(([, paths]) => paths.size > 1)
    .map(([name, paths]) => `${name}: ${[...paths].join(', ')}`)
}

test('no two exported things have one name', () => {
  expect(sharedNames(readSourceFiles())).toEqual([])
})

test.each([
  ['export interface Verdict {}', 'export type Verdict = string'],
  ['export const holds = () => true', 'export async function holds() {}'],
  ['export const command = 1', 'export const command = 2'],
])('this rule is broken by %s and %s', (one, other) => {
  const files = new Map([
    ['plan/one.ts', one],
    ['probe/other.ts', other],
  ])
  expect(sharedNames(files)).toHaveLength(1)
})

test('but not by overloads, or by a name that is exported again', () => {
  const overloads = 'export function read(a: string): void\nexport function read(a: number): void'
  const files = new Map([
    ['plan/one.ts', overloads],
    ['index.ts', "export { read } from './plan/one.js'"],
  ])
  expect(sharedNames(files)).toEqual([])
})
