import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp, mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { type ArtifactRecord, type Engine, openEngine } from '../../src/index.js'
import { temporaryFolder } from '../support/temporary-folder.js'

// The examples as a user runs them: through the engine, in real threads. Needs the built package.

const examples = new URL('../../examples/', import.meta.url)
const path = (file: string) => fileURLToPath(new URL(file, examples))
const table: Record<string, string>[] = parse(readFileSync(path('atlas/countries.csv')), { columns: true })

async function artifactsOf(engine: Engine, movieId: string): Promise<Map<string, ArtifactRecord>> {
  const artifacts = new Map<string, ArtifactRecord>()
  for await (const artifact of engine.movie(movieId).artifacts()) artifacts.set(artifact.artifactId, artifact)
  return artifacts
}

test('the atlas makes its page once, and only what an edit touches again', async () => {
  const engine = await openEngine({ store: 'memory:' })
  const make = async (rows: readonly Record<string, string>[]) => {
    const run = engine.run({ movieId: 'atlas', blueprint: path('atlas/atlas.yaml'), inputs: { rows } })
    const made: string[] = []
    run.on('job', update => update.state === 'succeeded' && made.push(update.jobId))
    return { ...(await run), made: made.sort() }
  }
  try {
    const rows = ['CI', 'PE', 'VC'].map(code => table.find(row => row.code === code)!)
    const everything = { succeeded: 11, failed: 0, skipped: 0, cached: 0 }
    expect(await make(rows)).toMatchObject({ status: 'succeeded', counts: everything })
    expect(await make(rows)).toMatchObject({ made: [], counts: { succeeded: 0, cached: 11 } })

    const edited = rows.map(row => (row.code === 'PE' ? { ...row, fact: 'Lima lies by the sea.' } : row))
    expect((await make(edited)).made).toEqual([
      'Producer:Caption[1]',
      'Producer:Card[1]',
      'Producer:Sheet',
      'Producer:World',
    ])
    const { blob } = (await artifactsOf(engine, 'atlas')).get('Producer:Sheet.Page')!
    const page = await text(engine.movie('atlas').blob(blob!).stream())
    expect(page).toContain('Peru, 34.2 million people. Lima lies by the sea. From Lima it is')
    expect(page.match(/class="card"/g)).toHaveLength(3)
  } finally {
    await engine.close()
  }
})

test('the picture book has as many scenes and shots as its writer decides, and an edit costs what it changes', async () => {
  const engine = await openEngine({ store: 'memory:' })
  const make = async (sentences: readonly string[]) => {
    const inputs = { story: sentences.join(' ') }
    const run = engine.run({ blueprint: path('picture-book/picture-book.yaml'), inputs })
    const made: string[] = []
    run.on('job', update => update.state === 'succeeded' && !update.reused && made.push(update.jobId))
    return { ...(await run), made: made.sort() }
  }
  try {
    const story = ['A fox lived in the forest.', 'One evening she saw the sea, and a boat came.']
    expect(await make(story)).toMatchObject({
      status: 'succeeded',
      made: [
        'Producer:Board[fox-lived-forest]',
        'Producer:Board[one-evening-saw-sea]',
        'Producer:Book',
        'Producer:Caption[fox-lived-forest][a]',
        'Producer:Caption[one-evening-saw-sea][a]',
        'Producer:Caption[one-evening-saw-sea][b]',
        'Producer:Picture[fox-lived-forest][a]',
        'Producer:Picture[one-evening-saw-sea][a]',
        'Producer:Picture[one-evening-saw-sea][b]',
        'Producer:Script',
        'Producer:Spread[fox-lived-forest]',
        'Producer:Spread[one-evening-saw-sea]',
      ],
    })
    const [first, second] = story
    const longer = await make([first!, 'It rained on the hills.', second!])
    expect(longer.made).toEqual([
      'Producer:Board[rained-hills]',
      'Producer:Book',
      'Producer:Caption[rained-hills][a]',
      'Producer:Picture[rained-hills][a]',
      'Producer:Script',
      'Producer:Spread[rained-hills]',
    ])
    const { blob } = (await artifactsOf(engine, 'picture-book')).get('Producer:Book.Page')!
    const page = await text(engine.movie('picture-book').blob(blob!).stream())
    expect(page.match(/<figure>/g)).toHaveLength(4)
    expect(page).toContain('<figcaption>It rained on the hills.</figcaption>')
  } finally {
    await engine.close()
  }
})

test('the smallest blueprint has ten lines and greets', async () => {
  const file = path('smallest/smallest.yaml')
  expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(10)
  const engine = await openEngine({ store: 'memory:' })
  try {
    const { movieId } = await engine.run({ blueprint: file })
    const greetings = [...(await artifactsOf(engine, movieId)).values()].map(({ value }) => value)
    expect(greetings.sort()).toEqual(['Hello, Ada!', 'Hello, Edsger!', 'Hello, Grace!'])
  } finally {
    await engine.close()
  }
})

test('the best of three takes is the one with the highest score, and more takes cost only themselves', async () => {
  const file = path('best-of-three/best-of-three.yaml')
  const source = readFileSync(file, 'utf8')
  const engine = await openEngine({ store: 'memory:' })
  try {
    const first = await engine.run({ blueprint: file })
    expect(first).toMatchObject({ status: 'succeeded', counts: { succeeded: 21 } })
    const artifacts = await artifactsOf(engine, first.movieId)
    const made = (id: string) => artifacts.get(`Producer:${id}`)?.value
    for (const topic of [0, 1, 2]) {
      const scores = [0, 1, 2].map(take => made(`Judge[${topic}][${take}].Score`) as number)
      const best = scores.indexOf(Math.max(...scores))
      expect(made(`Best[${topic}].Index`)).toBe(best)
      expect(made(`Best[${topic}].Score`)).toBe(scores[best])
      expect(made(`Best[${topic}].Text`)).toBe(made(`Take[${topic}][${best}].Text`))
    }
    const more = parseYaml(source.replace('count: 3', 'count: 4'))
    // A take and its score for each topic, and the choice, which has another list to choose from.
    expect(await engine.run({ blueprint: more })).toMatchObject({ counts: { succeeded: 9, cached: 18 } })
  } finally {
    await engine.close()
  }
})

test('elements are tried until enough have passed, and more of them cost the difference', async () => {
  const blueprint = path('until-enough/until-enough.yaml')
  const engine = await openEngine({ store: 'memory:' })
  const run = async (wanted: number) => {
    const { status, counts } = await engine.run({ blueprint, inputs: { wanted } })
    let accepted = 0
    for await (const row of engine.movie('until-enough').rows('poem', { onlyAccepted: true })) {
      expect((row.Judge as { readonly Score: number }).Score).toBeGreaterThanOrEqual(700)
      accepted++
    }
    expect({ status, accepted }).toEqual({ status: 'succeeded', accepted: wanted })
    return counts
  }
  try {
    const { succeeded } = await run(10)
    const more = await run(15)
    // All but the list of those that passed, which is another one now.
    expect(more.cached).toBe(succeeded - 1)
    expect(more.succeeded).toBeGreaterThan(10)
  } finally {
    await engine.close()
  }
})

test('the embedded program runs and ends', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [path('embedded/embedded.mjs')])
  expect(stdout).toContain('- Dear Grace, we are sorry that you found it cold.')
  expect(stdout).toContain('- Dear Edsger, we are sorry that you found it slow.')
  expect(stdout).not.toContain('Dear Ada')
})

test('the demo says which package it needs, before it makes anything', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'node_modules'))
  // As it is where the package is installed: with what it depends on, and nothing else.
  for (const [name, target] of [
    ['showrunner', '..'],
    ['csv-parse', '../node_modules/csv-parse'],
  ] as const)
    await symlink(path(target), join(folder, 'node_modules', name))
  const atlas = join(folder, 'examples', 'atlas')
  await cp(path('atlas'), atlas, { recursive: true })
  const demo = promisify(execFile)(process.execPath, [join(atlas, 'demo.mjs')], { cwd: folder })
  await expect(demo).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^[^\n]*npm install sharp\n$/),
  })
  expect((await readdir(folder)).sort()).toEqual(['examples', 'node_modules'])
})
