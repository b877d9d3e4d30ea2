import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { compileBlueprint } from '../../src/blueprint/compile/compile-blueprint.js'
import { MistakeBook } from '../../src/diagnostics/mistake-book.js'
import { readSettings } from '../../src/engine/config/settings.js'
import { anchorsIn, fencesIn, markdownPages, proseOf, REPOSITORY } from '../support/markdown.js'

/** What every page must hold: its links lead somewhere, its commands exist, its samples are well formed. */

const pages = await markdownPages()
const fences = pages.flatMap(fencesIn)
const inLanguage = (...languages: string[]) =>
  fences
    .filter(({ language }) => languages.includes(language))
    .map(fence => [`${fence.page}:${fence.line}`, fence] as const)

test('the README is one that is read', () => {
  const readme = pages.find(({ path }) => path === 'README.md')!
  expect(readme.text.split('\n').length).toBeLessThanOrEqual(250)
})

test.each(pages.map(page => [page.path, page] as const))('links of %s lead somewhere', (path, page) => {
  const broken = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
    if (/^[a-z]+:/.test(target!)) return []
    const [file, anchor] = target!.split('#')
    const to = file === '' ? path : normalize(join(dirname(path), file!))
    if (to.startsWith('..') || !existsSync(join(REPOSITORY, to))) return [target]
    if (anchor === undefined) return []
    const linked = pages.find(candidate => candidate.path === to)
    return linked && anchorsIn(linked).includes(anchor) ? [] : [target]
  })
  expect(broken).toEqual([])
})

test('every npm command that a page names exists', async () => {
  const manifest = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/npm (?:run |(?=test\b))([\w:-]+)/g)].map(([, script]) => `${path}: ${script}`),
  )
  expect(named).not.toEqual([])
  expect(named.filter(name => !(name.split(': ')[1]! in manifest.scripts))).toEqual([])
})

test('no page names a place on one machine', () => {
  const places = pages.flatMap(
    ({ path, text }) => text.match(/\/(?:home|root|work|Users)\/\S+/g)?.map(at => [path, at]) ?? [],
  )
  expect(places).toEqual([])
})

function configMistakes(value: unknown) {
  const book = new MistakeBook()
  readSettings(book, value)
  return book.list()
}

describe('YAML', () => {
  test.each(inLanguage('yaml'))('%s', (_, { text }) => {
    const document = parseDocument(text)
    expect(document.errors).toEqual([])
    const value = document.toJS() as Record<string, unknown> | null
    if (value !== null && 'name' in value && 'producers' in value) compileBlueprint(text)
    else if (value !== null && 'providers' in value) expect(configMistakes(value)).toEqual([])
  })
})

describe('JSON', () => {
  test.each(inLanguage('json', 'jsonl'))('%s', (_, { language, text }) => {
    const documents = language === 'json' ? [text] : text.trimEnd().split('\n')
    for (const document of documents) expect(() => JSON.parse(document)).not.toThrow()
  })
})
