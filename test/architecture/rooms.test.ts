import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { moduleOf, readSourceFiles, type SourceFiles } from './source-files.js'

const FOLDER_LIMIT = 15
/** Folders of tests that follow no folder of src. */
const KINDS_OF_TESTS = [
  'architecture',
  'bench',
  'contract',
  'docs',
  'e2e',
  'examples',
  'fault',
  'property',
  'simulation',
  'support',
]
const FOLLOWS_NOTHING = new Map([
  ['engine/run/limits', 'what limits do to whole runs of the engine'],
  ['engine/run/loops', 'what loops do to whole runs of the engine'],
])
/** What is begun, not asked for something; and commands, which declare themselves by one name. */
const ENTRIES = /(^|\/)(index|main|[\w-]+-main)\.ts$|^cli\/commands\//

function crowdedFolders(files: SourceFiles): string[] {
  const counts = new Map<string, number>()
  for (const path of files.keys()) {
    const folder = posix.dirname(path)
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count > FOLDER_LIMIT)
    .map(([folder, count]) => `${folder} holds ${count} files`)
}

const foldersOf = (files: SourceFiles) => new Set([...files.keys()].map(path => posix.dirname(path)))

function strayTests(tests: SourceFiles, sources: SourceFiles): string[] {
  const rooms = [...foldersOf(sources)].flatMap(room =>
    room.split('/').map((_, at, all) => all.slice(0, at + 1).join('/')),
  )
  const known = new Set([...rooms, ...FOLLOWS_NOTHING.keys()])
  return [...foldersOf(tests)].filter(
    folder => !KINDS_OF_TESTS.includes(folder.split('/')[0]!) && !known.has(folder),
  )
}

/** The beginnings of the words in a name, so that `checker` is the word of `check`. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map(word => word.replace(/(ing|ed|er|or|es|s|y|ion|e)$/, '').slice(0, 5))

function misnamed(files: SourceFiles): string[] {
  return [...files]
    .filter(([path, source]) => {
      const { exports } = moduleOf(source)
      if (ENTRIES.test(path) || exports.length === 0) return false
      const said = new Set(exports.flatMap(wordsOf))
      return !wordsOf(posix.basename(path, '.ts')).some(word => said.has(word))
    })
    .map(([path]) => path)
}

const sources = readSourceFiles()

describe(`no folder holds more than ${FOLDER_LIMIT} files:`, () => {
  test.each(['src', 'test', 'bench', 'scripts', 'examples'])('%s', folder => {
    const files = readSourceFiles(folder, /^(?!.*(node_modules|fixtures|results)\/).*\.(ts|mts|mjs)$/)
    expect(files.size).toBeGreaterThan(0)
    expect(crowdedFolders(files)).toEqual([])
  })
})

test('tests stand where what they test stands', () => {
  expect(strayTests(readSourceFiles('test', /\.test\.ts$/), sources)).toEqual([])
})

test('a file exports what its name says', () => {
  expect(misnamed(sources)).toEqual([])
})

test('these rules can be broken', () => {
  const many = Array.from({ length: FOLDER_LIMIT + 1 }, (_, at) => [`plan/file-${at}.ts`, ''] as const)
  expect(crowdedFolders(new Map(many))).toEqual(['plan holds 16 files'])
  expect(crowdedFolders(new Map(many.slice(1)))).toEqual([])
  expect(strayTests(new Map([['nowhere/a.test.ts', '']]), sources)).toEqual(['nowhere'])
  const one = (path: string, name: string): SourceFiles => new Map([[path, `export const ${name} = 1`]])
  expect(misnamed(one('plan/layers.ts', 'holds'))).toHaveLength(1)
  expect(misnamed(one('plan/layers.ts', 'layersOf'))).toHaveLength(0)
  expect(misnamed(one('plan/cycle-checker.ts', 'checkAll'))).toHaveLength(0)
})
