import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importsOf, readSourceFiles, type SourceFiles } from './source-files.js'

const LINE_LIMIT = 250
/** Names that say nothing about what is inside. */
const DRAWERS = [
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'misc',
  'shared',
  'manager',
  'service',
  'types',
]
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/

const words = (path: string) => path.replace(/\.ts$/, '').split(/[/-]/)

function longFiles(files: SourceFiles): string[] {
  return [...files]
    .map(([path, source]) => [path, source.trimEnd().split('\n').length] as const)
    .filter(([, lines]) => lines > LINE_LIMIT)
    .map(([path, lines]) => `${path} has ${lines} lines`)
}

const drawers = (files: SourceFiles) =>
  [...files.keys()].filter(path => words(path).some(word => DRAWERS.includes(word)))

const misnamed = (files: SourceFiles) =>
  [...files.keys()].filter(
    path =>
      !path
        .replace(/\.ts$/, '')
        .split('/')
        .every(part => KEBAB_CASE.test(part)),
  )

const wrongExtensions = (files: SourceFiles) =>
  [...files].flatMap(([path, source]) =>
    importsOf(source)
      .filter(specifier => specifier.startsWith('.') && posix.extname(specifier) !== '.js')
      .map(specifier => `${path} imports ${specifier}`),
  )

/** Rounding by a factor and back, as is done to sums of money. */
const ROUNDING = /Math\.(round|floor|ceil)\([^\n]*(1e[468]|1_000_000)\) ?\/ ?(1e[468]|1_000_000)/

const roundings = (files: SourceFiles) =>
  [...files].filter(([, source]) => ROUNDING.test(source)).map(([path]) => path)

const files = readSourceFiles()

test('costs are rounded in one place', () => {
  expect(roundings(files)).toEqual(['model/provider/price.ts'])
  expect(roundings(new Map([['probe/cost.ts', 'const cost = Math.round(sum * 1e6) / 1e6']]))).toHaveLength(1)
})

describe('every source file', () => {
  test(`has at most ${LINE_LIMIT} lines`, () => {
    expect(longFiles(files)).toEqual([])
  })

  test('has a name that says what is inside, in kebab-case', () => {
    expect(drawers(files)).toEqual([])
    expect(misnamed(files)).toEqual([])
  })

  test('imports by the name a file has once it is built', () => {
    expect(wrongExtensions(files)).toEqual([])
  })
})

test('these rules can be broken', () => {
  const one = (path: string, source = ''): SourceFiles => new Map([[path, source]])
  expect(longFiles(one('plan/long.ts', 'x\n'.repeat(LINE_LIMIT + 1)))).toHaveLength(1)
  expect(longFiles(one('plan/long.ts', 'x\n'.repeat(LINE_LIMIT)))).toHaveLength(0)
  for (const path of ['utils.ts', 'plan/plan-helpers.ts', 'common/plan.ts', 'engine/run-manager.ts'])
    expect(drawers(one(path))).toHaveLength(1)
  for (const path of ['plan/runBoard.ts', 'Plan/plan.ts']) expect(misnamed(one(path))).toHaveLength(1)
  expect(wrongExtensions(one('plan/new.ts', "import { plan } from './plan'"))).toHaveLength(1)
})
