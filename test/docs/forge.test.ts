import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { REPOSITORY } from '../support/markdown.js'

/** What a forge reads: its files are well formed and name what exists. */

const WORKFLOWS = '.github/workflows'
const read = (path: string) => readFile(join(REPOSITORY, path), 'utf8')
const manifest = JSON.parse(await read('package.json')) as {
  version: string
  engines: { node: string }
  scripts: Record<string, string>
}
const names = await readdir(join(REPOSITORY, '.github'), { recursive: true })
const files = await Promise.all(
  names
    .filter(name => name.endsWith('.yml'))
    .map(async name => [name, await read(join('.github', name))] as const),
)

test.each(files)('%s is YAML', (_, text) => {
  expect(parseDocument(text).errors).toEqual([])
})

test.each(files.filter(([name]) => name.startsWith('workflows')))('the scripts of %s exist', (_, text) => {
  const npm = [...text.matchAll(/npm (?:run |(?=test\b))([\w:-]+)/g)].map(([, script]) => script!)
  expect(npm).not.toEqual([])
  expect(npm.filter(script => !(script in manifest.scripts))).toEqual([])
})

test('the oldest version of Node that is promised is tested', async () => {
  const oldest = manifest.engines.node.replace('>=', '')
  const { jobs } = parseDocument(await read(`${WORKFLOWS}/checks.yml`)).toJS() as {
    jobs: Record<string, { strategy?: { matrix: { node?: string[] } } }>
  }
  for (const job of ['unit', 'tests']) expect(jobs[job]!.strategy!.matrix.node).toContain(oldest)
})

test('the changelog knows the version', async () => {
  const changelog = await read('CHANGELOG.md')
  expect(changelog).toContain('## [Unreleased]')
  expect(changelog).toContain(`## [${manifest.version}]`)
})
