import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fence, fencesIn, markdownPages, REPOSITORY } from '../support/markdown.js'

/** The commands of the README are run, in order; every snippet of code is compiled, the README's program run. */

const execute = promisify(execFile)
const pages = await markdownPages()
const fences = pages.flatMap(fencesIn)
const readme = fences.filter(({ page }) => page === 'README.md')
const COMPILER = join(REPOSITORY, 'node_modules/.bin/tsc')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snippets-'))
  await mkdir(join(folder, 'node_modules'))
  await symlink(REPOSITORY, join(folder, 'node_modules', 'showrunner'))
  await symlink(join(REPOSITORY, 'node_modules', 'zod'), join(folder, 'node_modules', 'zod'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
})
afterAll(() => rm(folder, { recursive: true }))

describe('the commands of the README', () => {
  let place: string
  const transcript: string[] = []

  beforeAll(async () => {
    place = join(folder, 'commands')
    await mkdir(join(place, 'examples', 'atlas'), { recursive: true })
    const table = await readFile(join(REPOSITORY, 'examples/atlas/countries.csv'), 'utf8')
    await writeFile(join(place, 'examples/atlas/countries.csv'), table)
    for (const { text } of readme) {
      const name = /^# ([\w.]+\.yaml)\n/.exec(text)?.[1]
      if (name !== undefined) await writeFile(join(place, name), text)
    }
  })

  /** Runs a block as it stands, with the built program in place of the installed one. */
  async function run(block: string): Promise<string> {
    const program = `node ${join(REPOSITORY, 'dist/cli/main.js')}`
    const { stdout } = await execute('sh', ['-e', '-c', block.replaceAll('npx showrunner', program)], {
      cwd: place,
    })
    return stdout
  }

  const blocks = readme.filter(({ language, text }) => language === 'sh' && text.includes('npx showrunner'))
  const named = blocks.map(block => [`README.md:${block.line}`, block] as const)
  test.each(named)('%s', { timeout: 120_000 }, async (_, { text }) => {
    transcript.push(await run(text))
  })

  test('did what the README says', async () => {
    const linesWith = (at: number, text: string) =>
      transcript[at]!.split('\n').filter(line => line.includes(text))
    expect(linesWith(0, ' jobs to run')).toEqual(['taglines: 196 of 196 jobs to run, 0 cached, 0 skipped'])
    expect(linesWith(0, ' made · ').map(countsIn)).toEqual([
      '196 made · 0 already there',
      '0 made · 196 already there',
    ])
    expect(linesWith(1, 'clean')).toHaveLength(1)
    // The pretended service answers the same, so the page needs not be made again.
    expect(linesWith(1, ' made · ').map(countsIn)).toEqual(['1 made · 195 already there'])
    // So few calls may find the limit of the pretended service, or not: then there is nothing to paste.
    expect(linesWith(2, 'Limit: ')).toHaveLength(1)
    expect(linesWith(2, 'limits:').length + linesWith(2, 'Cut short ').length).toBe(1)
  })

  test('a changed row makes its tagline and the page', async () => {
    const path = join(place, 'examples/atlas/countries.csv')
    await writeFile(path, (await readFile(path, 'utf8')).replace('Lisbon', 'Porto'))
    const made = await run('npx showrunner run taglines.yaml -i rows=@examples/atlas/countries.csv --quiet')
    expect(countsIn(made)).toBe('2 made · 194 already there')
  })
})

const countsIn = (line: string): string | undefined => /\d+ made · \d+ already there/.exec(line)?.[0]

describe('code', () => {
  const nameOf = ({ page, line, language }: Fence) =>
    `${page.replace(/\W/g, '-')}-${line}.${language === 'ts' ? 'mts' : 'mjs'}`
  const typed = fences.filter(({ language }) => language === 'ts')
  const untyped = fences.filter(({ language }) => language === 'js')

  beforeAll(async () => {
    for (const fence of [...typed, ...untyped]) await writeFile(join(folder, nameOf(fence)), fence.text)
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable'],
      module: 'nodenext',
      strict: true,
      allowJs: true,
      typeRoots: [join(REPOSITORY, 'node_modules/@types')],
      types: ['node'],
      outDir: 'compiled',
    }
    const files = [...typed, ...untyped].map(nameOf)
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  })

  test('compiles', { timeout: 60_000 }, async () => {
    expect(typed).not.toEqual([])
    const { stdout } = await execute(COMPILER, ['-p', folder]).catch(error => error as { stdout: string })
    expect(stdout).toBe('')
  })

  test("the README's program runs", async () => {
    const program = typed.find(({ page }) => page === 'README.md')!
    const compiled = join(folder, 'compiled', nameOf(program).replace('.mts', '.mjs'))
    const { stdout } = await execute('node', [compiled], { cwd: folder })
    expect(stdout).toContain('1 Thank you for "Any news?"')
    expect(stdout).toContain('succeeded { succeeded: 2, failed: 0, skipped: 0, cached: 0 } 0.002')
  })
})
