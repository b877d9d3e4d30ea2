import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importsOf, moduleOf, readSourceFiles, type SourceFiles, withoutComments } from './source-files.js'
import { unitTests } from './unit-tests.js'

/**
 * A test looks at the sources or at the built package. With both in one process there are two of each class and of
 * each registry, and what is asserted of one says nothing of the other.
 */
const BOTH = new Map([
  [
    'test/fault/blob-kill.test.ts',
    'a process of the built package is killed; what it left is read by the sources',
  ],
  ['test/fault/storage-processes.test.ts', 'the same, for logs'],
  ['test/fault/worker-processes.test.ts', 'a pool in a process of its own is killed'],
  ['test/workers/thread/thread-executor.test.ts', 'a pool in a process of its own, which must end by itself'],
])

type Side = 'src' | 'dist'

const files: SourceFiles = new Map(
  [...readSourceFiles('test', /\.(ts|mjs)$/)].map(([path, source]) => [`test/${path}`, source] as const),
)

/** With what helps it, and with what it names to be started or loaded. Types are of no side. */
function sidesOf(path: string, all: SourceFiles, seen = new Set<string>()): Set<Side> {
  const sides = new Set<Side>()
  const source = all.get(path)
  if (seen.has(path) || source === undefined) return sides
  seen.add(path)
  const named = [...withoutComments(source).matchAll(/['"`](\.[^'"`\n]+)['"`]/g)].map(match => match[1]!)
  const types = moduleOf(source).imports.filter(({ isType }) => isType)
  const typesAlone = new Set(types.map(({ specifier }) => specifier))
  for (const { specifier, isType } of moduleOf(source).imports) if (!isType) typesAlone.delete(specifier)
  for (const specifier of new Set(named)) {
    if (typesAlone.has(specifier)) continue
    const target = posix.join(posix.dirname(path), specifier)
    if (target.startsWith('src/')) sides.add('src')
    else if (target.startsWith('dist/')) sides.add('dist')
    else for (const side of sidesOf(fileAt(target, all), all, seen)) sides.add(side)
  }
  return sides
}

const fileAt = (target: string, all: SourceFiles): string =>
  [target, target.replace(/\.js$/, '.ts')].find(path => all.has(path)) ?? target

const mixed = (all: SourceFiles) =>
  [...all.keys()].filter(path => path.endsWith('.test.ts') && sidesOf(path, all).size > 1)

test('a test imports the sources or the built package, not both', () => {
  expect(mixed(files).filter(path => !BOTH.has(path))).toEqual([])
})

test.each([...BOTH])('%s may: %s', path => {
  expect(existsSync(path)).toBe(true)
})

/** Modules of Node that are more than computing and files. */
const NOT_UNIT = /^node:(child_process|worker_threads|http|https|net|cluster)$/

/** What a unit test may not have, itself or by what helps it. */
function heavyParts(path: string, all: SourceFiles, seen = new Set<string>()): string[] {
  const source = all.get(path)
  if (seen.has(path) || source === undefined) return []
  seen.add(path)
  return importsOf(source).flatMap(specifier => {
    if (NOT_UNIT.test(specifier)) return [specifier]
    if (!specifier.startsWith('.')) return []
    const target = posix.join(posix.dirname(path), specifier)
    return target === 'test/support/storage/s3.js' ? [target] : heavyParts(fileAt(target, all), all, seen)
  })
}

test('unit tests need neither the built package nor processes, threads and servers', () => {
  const unit = unitTests()
  expect(unit.length).toBeGreaterThan(50)
  expect(unit.filter(path => sidesOf(path, files).has('dist'))).toEqual([])
  expect(unit.flatMap(path => heavyParts(path, files).map(part => `${path} has ${part}`))).toEqual([])
})

describe('this rule is broken by a test that', () => {
  const withFile = (source: string): SourceFiles => new Map([...files, ['test/new.test.ts', source]])

  test.each([
    ['imports both', "import { a } from '../src/a.js'\nimport { b } from '../dist/b.js'"],
    [
      'is helped by the other side',
      "import { Calls } from './support/engine-fixture.js'\nimport '../src/a.js'",
    ],
    ['loads the other side', "import '../src/a.js'\nnew URL('../dist/thread/ai.js', import.meta.url)"],
  ])('%s', (_, source) => {
    expect(mixed(withFile(source))).toContain('test/new.test.ts')
  })

  test('but not by a type', () => {
    const source = "import type { A } from '../src/a.js'\nimport { b } from '../dist/b.js'"
    expect(mixed(withFile(source))).not.toContain('test/new.test.ts')
  })
})
