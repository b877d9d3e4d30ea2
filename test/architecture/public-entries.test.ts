import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fencesIn, markdownPages, REPOSITORY } from '../support/markdown.js'
import { importsOf, readSourceFiles, type SourceFiles } from './source-files.js'

/** What examples and pages show is what users can do: of the package they import its entries alone. */

const { name, exports } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
}
const ENTRIES = Object.keys(exports)
  .filter(entry => !entry.endsWith('.json'))
  .map(entry => entry.replace('.', name))

const isOfPackage = (specifier: string) => specifier === name || specifier.startsWith(`${name}/`)
/** A built or a source file by its path, from wherever. */
const isInside = (specifier: string) => /(^|\/)(dist|src)\//.test(specifier)

function byTheBackDoor(programs: SourceFiles): string[] {
  return [...programs].flatMap(([place, source]) =>
    importsOf(source)
      .filter(used => (isOfPackage(used) ? !ENTRIES.includes(used) : isInside(used)))
      .map(used => `${place} imports ${used}`),
  )
}

const examples = readSourceFiles('examples', /^(?!.*node_modules\/).*\.m?[jt]s$/)
const snippets: SourceFiles = new Map(
  (await markdownPages())
    .flatMap(fencesIn)
    .filter(({ language }) => /^m?[jt]s$/.test(language))
    .map(({ page, line, text }) => [`${page}:${line}`, text]),
)

test('the entries are those that users know', () => {
  expect(ENTRIES.sort()).toEqual(['showrunner', 'showrunner/provider', 'showrunner/testing'])
})

test.each([
  ['examples', examples, 'showrunner'],
  ['programs of the README and the pages', snippets, 'showrunner'],
])('%s import public entries only', (_, programs, used) => {
  expect([...programs.values()].flatMap(importsOf)).toContain(used)
  expect(byTheBackDoor(programs)).toEqual([])
})

test('this rule can be broken', () => {
  const broken = (source: string) => byTheBackDoor(new Map([['examples/new.mjs', source]]))
  expect(broken("import { openEngine } from 'showrunner'\nimport { own } from './own.mjs'")).toEqual([])
  for (const folder of ['dist', 'src']) {
    expect(broken(`import { openEngine } from '../../${folder}/index.js'`)).toHaveLength(1)
    expect(broken(`export { openEngine } from '../../${folder}/index.js'`)).toHaveLength(1)
  }
  expect(broken("const late = () => import('showrunner/dist/index.js')")).toHaveLength(1)
  expect(broken("import type { Run } from 'showrunner/engine'")).toHaveLength(1)
})
