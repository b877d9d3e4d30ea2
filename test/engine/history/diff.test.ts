import { describe, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine, MovieDiff } from '../../../dist/index.js'
import { inline } from '../../../dist/index.js'
import { newStore, runAll, STORES, testEngine } from '../../support/engine-fixture.js'

/** What differs between two moments of a movie. */

const movie: BlueprintDefinition = {
  name: 'movie',
  inputs: { rows: { type: 'json' } },
  loops: { row: { over: '${inputs.rows}' } },
  producers: {
    Tag: { loop: 'row', provider: 'p', with: { text: '${row}' }, outputs: { Text: 'text' } },
    All: { provider: 'p', with: { text: '${Tag[*].Text}' }, outputs: { Text: 'text' } },
  },
}

async function open(kind: (typeof STORES)[number]) {
  const p = inline(({ inputs }) => ({ outputs: { Text: `of ${inputs.text}` }, costUsd: 0.5 }))
  const engine = await testEngine({ store: await newStore(kind), providers: { p } })
  const run = (rows: string[], movieId = 'movie') =>
    runAll(engine, { blueprint: movie, inputs: { rows }, movieId })
  return { engine, run }
}

const diff = async (engine: Engine, options = {}, id = 'movie') => await engine.movie(id).diff(options)

const listed = ({ changes }: MovieDiff): string[] =>
  [...changes()].map(({ artifactId, change }) => `${change} ${artifactId.replace('Producer:', '')}`).sort()

describe.each(STORES)('diff (%s)', kind => {
  test('says what the last run did: a row that moved is no change', async () => {
    const { engine, run } = await open(kind)
    await run(['a', 'b', 'c'])
    expect(await diff(engine)).toMatchObject({
      from: { seq: 1 },
      counts: { made: 4, changed: 0, moved: 0, removed: 0, same: 0 },
      calls: 4,
      costUsd: 2,
    })
    await run(['x', 'a', 'b', 'c'])
    const inserted = await diff(engine)
    expect(inserted).toMatchObject({
      movieId: 'movie',
      counts: { made: 1, changed: 1, moved: 3, removed: 0, same: 0 },
      calls: 2,
      costUsd: 1,
      producers: [
        { producer: 'Tag', made: 1, moved: 3, calls: 1, costUsd: 0.5 },
        { producer: 'All', changed: 1, calls: 1, costUsd: 0.5 },
      ],
    })
    expect(listed(inserted)).toEqual([
      'changed All.Text',
      'made Tag[0].Text',
      'moved Tag[1].Text',
      'moved Tag[2].Text',
      'moved Tag[3].Text',
    ])
    await run(['x', 'q'])
    expect(listed(await diff(engine))).toEqual([
      'changed All.Text',
      'changed Tag[1].Text',
      'removed Tag[2].Text',
      'removed Tag[3].Text',
    ])
  })

  test('between events, runs and times', async () => {
    const { engine, run } = await open(kind)
    const first = await run(['a'])
    const { events } = await engine.movie('movie').status()
    const second = await run(['a', 'b'])
    const third = await run(['a', 'c'])
    expect((await diff(engine, { from: 0 })).counts).toMatchObject({ made: 3, changed: 0 })
    expect(await diff(engine, { from: second.runId, to: second.runId })).toMatchObject({
      counts: { made: 1, changed: 1, same: 1 },
      from: { seq: events + 1, runId: first.runId },
      to: { runId: second.runId },
    })
    expect((await diff(engine, { from: 0, to: events })).counts).toMatchObject({ made: 2 })
    const { to } = await diff(engine, { from: 0, to: third.runId })
    expect((await diff(engine, { from: 0, to: new Date(to.at!) })).to.seq).toBeGreaterThanOrEqual(to.seq)
    expect((await diff(engine, { from: '2020-01-01' })).from).toEqual({ seq: 0 })
  })

  test('of a movie with itself is nothing, and of two movies what the other one has', async () => {
    const { engine, run } = await open(kind)
    await run(['a', 'b'])
    await run(['a', 'c', 'd'], 'other')
    expect(await diff(engine, { from: 3, to: 3 })).toMatchObject({ counts: { made: 0 }, producers: [] })
    const both = await diff(engine, { other: 'other' })
    expect(both).toMatchObject({
      movieId: 'movie',
      otherId: 'other',
      counts: { made: 1, changed: 2, same: 1 },
    })
    expect(listed(both)).toEqual(['changed All.Text', 'changed Tag[1].Text', 'made Tag[2].Text'])
    expect(listed(await diff(engine, { other: 'movie' }, 'other'))).toContain('removed Tag[2].Text')
  })
})

test('moments that there are not are refused', async () => {
  const { engine, run } = await open('memory')
  await run(['a'])
  for (const options of [{ from: 999 }, { to: 'no-run' }, { from: 5, to: 2 }, { from: -1 }, { form: 1 }])
    await expect(diff(engine, options)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  await expect(diff(engine, { other: 'ghost' })).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
  await expect(diff(engine, {}, 'ghost')).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
})
