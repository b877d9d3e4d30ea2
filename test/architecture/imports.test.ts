import { describe, expect, test } from 'vitest'
import {
  folderOf,
  importsOf,
  localImportsOf,
  readSourceFiles,
  type SourceFiles,
  withoutComments,
} from './source-files.js'

/** The import directions of the design: which folders each one may import from, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  diagnostics: ['model'],
  blueprint: ['model', 'diagnostics'],
  plan: ['model', 'diagnostics', 'blueprint'],
  storage: ['model'],
  workers: ['model', 'storage'],
  providers: ['model'],
  coordinator: ['model', 'blueprint', 'plan', 'storage', 'workers'],
  rehearsal: ['model', 'blueprint', 'plan', 'coordinator'],
  telemetry: ['model', 'storage', 'coordinator'],
  engine: [
    'model',
    'diagnostics',
    'blueprint',
    'plan',
    'storage',
    'workers',
    'coordinator',
    'rehearsal',
    'telemetry',
    'providers',
    'probe',
    'ui',
  ],
  // It plans as a run does, on the parts of an engine that it is handed: see NEVER.
  probe: ['model', 'diagnostics', 'blueprint', 'plan', 'storage', 'workers', 'coordinator', 'engine'],
  // It looks at movies as users do: by the class that an engine hands it.
  ui: ['model', 'storage', 'coordinator', 'engine'],
  // What users have, and nothing else.
  cli: ['index.ts', 'provider.ts', 'testing.ts'],
  'index.ts': [
    'provider.ts',
    'model',
    'diagnostics',
    'blueprint',
    'plan',
    'storage',
    'workers',
    'coordinator',
    'rehearsal',
    'telemetry',
    'engine',
    'probe',
    'ui',
  ],
  'provider.ts': ['model'],
  testing: ['model', 'storage', 'workers'],
  'testing.ts': ['testing'],
}

/** What a folder may not import of one that it may: the door above it, from which the call came. */
const NEVER: readonly (readonly [importer: RegExp, imported: RegExp])[] = [
  [/^ui\//, /^engine\/(engine|open-parts)\.ts$/],
  [/^probe\//, /^engine\/(engine|open-parts)\.ts$/],
]

/** Packages that belong to one place. */
const OWNERS: readonly (readonly [package_: RegExp, owner: RegExp])[] = [
  [/^@flystorage\//, /^storage\//],
  [/^piscina$/, /^workers\/thread\/thread-executor\.ts$/],
]

/** What is pure: modules of Node that compute, and nothing that touches the world or the clock. */
const PURE =
  /^(diagnostics\/|blueprint\/|plan\/|probe\/analyse\/|coordinator\/(limits|schedule|state|settlement|transition)\/|coordinator\/(live-run|create-run)\.ts$|probe\/measure\/(enough|level-plan|level-result|percentile|ramp)\.ts$|probe\/report\/latency-file\.ts$)/
const PURE_NODE_MODULES = ['node:crypto']
const IMPURE =
  /\b(setTimeout|setInterval|setImmediate|fetch|require)\s*\(|\b(process|console|performance)\.|\bDate\.now\b|\bnew Date\b|\bMath\.random\b/

function wrongDirections(files: SourceFiles): string[] {
  return [...files].flatMap(([path, source]) => {
    const own = folderOf(path)
    const allowed = MAY_IMPORT[own]
    if (allowed === undefined) return [`${path}: no rule says what ${own} may import`]
    return localImportsOf(path, source)
      .filter(
        imported =>
          (folderOf(imported) !== own && !allowed.includes(folderOf(imported))) ||
          NEVER.some(([importer, never]) => importer.test(path) && never.test(imported)),
      )
      .map(imported => `${path} imports ${imported}`)
  })
}

function missingFiles(files: SourceFiles): string[] {
  return [...files].flatMap(([path, source]) =>
    localImportsOf(path, source)
      .filter(imported => !files.has(imported) && imported !== '../package.json')
      .map(imported => `${path} imports ${imported}, which is not there`),
  )
}

function strayPackages(files: SourceFiles): string[] {
  return [...files].flatMap(([path, source]) =>
    importsOf(source)
      .filter(name => OWNERS.some(([package_, owner]) => package_.test(name) && !owner.test(path)))
      .map(name => `${path} imports ${name}`),
  )
}

function impurities(files: SourceFiles): string[] {
  return [...files]
    .filter(([path]) => PURE.test(path))
    .flatMap(([path, source]) => {
      const modules = importsOf(source).filter(
        name => name.startsWith('node:') && !PURE_NODE_MODULES.includes(name),
      )
      const call = IMPURE.exec(withoutComments(source))?.[0]
      return [...modules, ...(call === undefined ? [] : [call])].map(what => `${path} uses ${what}`)
    })
}

/** Each cycle once, by the path that closes it. Types count: files that need each other are one thing. */
function cycles(files: SourceFiles): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (path: string) => {
    const start = trail.indexOf(path)
    if (start !== -1) found.push([...trail.slice(start), path].join(' → '))
    if (start !== -1 || done.has(path)) return
    trail.push(path)
    for (const imported of new Set(localImportsOf(path, files.get(path) ?? ''))) visit(imported)
    trail.pop()
    done.add(path)
  }
  for (const path of files.keys()) visit(path)
  return found
}

const files = readSourceFiles()

test('the sources were found', () => {
  expect(files.size).toBeGreaterThan(100)
  expect(missingFiles(files)).toEqual([])
})

describe('imports', () => {
  test('go in the directions of the design', () => {
    expect(wrongDirections(files)).toEqual([])
  })

  test('make no cycles', () => {
    expect(cycles(files)).toEqual([])
  })

  test('of FlyStorage and Piscina are in their one place', () => {
    expect(strayPackages(files)).toEqual([])
  })
})

test('planning and deciding do no I/O and read neither clock nor randomness', () => {
  expect(impurities(files)).toEqual([])
})

describe('these rules are broken by', () => {
  const withFile = (path: string, source: string): SourceFiles => new Map([...files, [path, source]])

  test.each([
    ['plan/new.ts', "import { openStore } from '../storage/open-store.js'", wrongDirections],
    ['model/new.ts', "import type {\n  Plan,\n} from '../plan/plan.js'", wrongDirections],
    ['providers/new.ts', "export { sha256 } from '../workers/redact.js'", wrongDirections],
    ['coordinator/new.ts', "const late = () => import('../engine/engine.js')", wrongDirections],
    ['cli/commands/new.ts', "import { readYaml } from '../../blueprint/yaml/read-yaml.js'", wrongDirections],
    ['probe/new.ts', "import { openEngine } from '../engine/engine.js'", wrongDirections],
    ['utilities/new.ts', 'export {}', wrongDirections],
    ['engine/new.ts', "import { FileStorage } from '@flystorage/file-storage'", strayPackages],
    ['workers/new.ts', "import { Piscina } from 'piscina'", strayPackages],
    ['plan/new.ts', "import { readFileSync } from 'node:fs'", impurities],
    ['plan/new.ts', "import 'node:child_process'", impurities],
    ['plan/new.ts', 'export const now = () => Date.now()', impurities],
    ['coordinator/state/evolve.ts', 'export const id = () => Math.random()', impurities],
    ['model/movie/column/value-columns.ts', "import { MovieState } from '../movie-state.js'", cycles],
    ['model/new.ts', "import type { New } from './new.js'", cycles],
  ])('%s: %s', (path, source, rule) => {
    expect(rule(withFile(path, source))).toHaveLength(1)
  })

  test('but not by what only a comment or a text says', () => {
    const source = "// import { x } from '../engine/engine.js'\n/* Date.now() */\nconst text = 'process.exit'"
    expect(wrongDirections(withFile('plan/new.ts', source))).toEqual([])
    expect(impurities(withFile('plan/new.ts', source.replace('process.exit', 'nothing')))).toEqual([])
  })
})
