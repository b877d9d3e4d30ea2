import { beforeEach, describe, expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, inline } from '../../../dist/index.js'
import { newStore, runAll, testEngine } from '../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'film',
  inputs: { rows: 'json' },
  loops: {
    row: { over: '${inputs.rows}', key: '${row.id}' },
    scene: { over: '${Script[row].Scenes}', key: '${scene}', max: 40 },
    shot: { count: '${Board[row][scene].Shots}', min: 1, max: 5, expect: 2 },
  },
  producers: {
    Script: { loop: 'row', provider: 'write', with: { id: '${row.id}' }, outputs: { Scenes: 'json' } },
    Board: {
      loop: ['row', 'scene'],
      provider: 'board',
      with: { scene: '${scene}' },
      outputs: { Shots: 'number' },
    },
    Picture: {
      loop: ['row', 'scene', 'shot'],
      provider: 'draw',
      with: { text: '${scene} ${index.shot}' },
      outputs: { Text: 'text' },
    },
    Cut: {
      loop: 'row',
      provider: 'write',
      with: { id: 'cut ${row.id}' },
      outputs: { Scenes: { type: 'json', loop: 'scene' } },
    },
  },
}
const rows = [{ id: 'fox' }, { id: 'owl' }]
const request = (more: object = {}) => ({ blueprint, inputs: { rows }, ...more })
const scenes: Record<string, string[]> = { fox: ['wood', 'den'], owl: ['night'] }

let engine: Engine
const calling = { latencyMs: 100, priceUsd: { perCall: 0.01 } }
beforeEach(async () => {
  engine = await testEngine({
    store: await newStore('file'),
    providers: {
      write: inline(
        ({ inputs, outputs: { Scenes } }) => ({
          outputs: {
            Scenes: Scenes!.count === undefined ? scenes[String(inputs.id)]! : Array(Scenes!.count).fill(1),
          },
        }),
        { latencyMs: 100, priceUsd: { perCall: 0 } },
      ),
      board: inline(() => ({ outputs: { Shots: 3 } }), calling),
      draw: inline(({ inputs }) => ({ outputs: { Text: String(inputs.text) } }), calling),
    },
  })
})

describe('a plan whose lists are not made yet', () => {
  test('says how many jobs there may be, by what the loops expect', async () => {
    const { unknownJobs, estimate, counts } = await engine.plan(request())
    expect(counts).toMatchObject({ jobs: 4, run: 4 })
    expect(unknownJobs).toEqual([
      { producer: 'Board', each: 'row', lists: 2, min: 0, max: 80, expected: 80 },
      { producer: 'Picture', each: 'row', lists: 2, min: 0, max: 400, expected: 160 },
    ])
    expect(estimate).toMatchObject({
      calls: 244,
      costUsd: 2.4,
      atMostUsd: 4.8,
      least: { calls: 4, costUsd: 0 },
      most: { calls: 484, costUsd: 4.8 },
    })
    expect(estimate.durationMs).toBeGreaterThan(0)
  })

  test('goes by last time where it can, list by list', async () => {
    await runAll(engine, request())
    const same = await engine.plan(request())
    expect(same).toMatchObject({ unknownLists: [], unknownJobs: [], counts: { run: 0 } })
    expect(same.estimate).not.toHaveProperty('most')
    const again = await engine.plan(request({ regenerate: ['Script'] }))
    expect(again.unknownJobs).toEqual([
      { producer: 'Board', each: 'row', lists: 2, min: 0, max: 80, expected: 3, lastCount: 3 },
      { producer: 'Picture', each: 'row', lists: 2, min: 0, max: 400, expected: 9, lastCount: 9 },
    ])
    const one = await engine.plan(request({ regenerate: ['Script[fox]', 'Board[owl][night]'] }))
    expect(one.unknownJobs).toEqual([
      { producer: 'Board', each: 'row', lists: 1, min: 0, max: 40, expected: 2, lastCount: 2 },
      { producer: 'Picture', lists: 2, min: 1, max: 205, expected: 9, lastCount: 9 },
    ])
    expect(one.estimate).toMatchObject({
      calls: 2 + 1 + 2 + 9,
      least: { calls: 2 + 1 + 1 },
      most: { calls: 2 + 1 + 40 + 205 },
    })
  })

  test('leaves out what is not to be made', async () => {
    expect((await engine.plan(request({ upToLayer: 2 }))).unknownJobs).toMatchObject([
      { producer: 'Board', max: 80 },
    ])
    expect((await engine.plan(request({ first: { row: 1 } }))).unknownJobs).toMatchObject([
      { producer: 'Board', max: 40 },
      { producer: 'Picture', max: 200 },
    ])
  })

  test('refuses a budget where a job that is not known yet has no price', async () => {
    const unpriced = await testEngine({
      store: await newStore('memory'),
      providers: {
        write: inline(() => ({ outputs: { Scenes: [] } }), calling),
        board: inline(() => ({ outputs: { Shots: 3 } }), calling),
        draw: inline(() => ({ outputs: { Text: '' } }), { priceUsd: { perMillionOutputTokens: 1 } }),
      },
    })
    const budget = { budgetUsd: 1 }
    await expect(unpriced.plan(request(budget))).rejects.toMatchObject({ code: 'BUDGET_UNPRICED' })
    await expect(unpriced.run(request(budget))).rejects.toMatchObject({ code: 'BUDGET_UNPRICED' })
  })
})

describe('a rehearsal', () => {
  test('makes the lists as long as they will probably be', async () => {
    const { counts, costUsd } = await engine.rehearse(request())
    expect(counts).toMatchObject({ succeeded: 4 + 80 + 160 })
    expect(costUsd).toBeCloseTo(2.4)
    await runAll(engine, request())
    expect(await engine.rehearse(request({ regenerate: ['Script'] }))).toMatchObject({
      counts: { succeeded: 2 + 2 + 3 + 9 },
    })
    expect(await engine.rehearse(request())).toMatchObject({ counts: { succeeded: 0 } })
  })

  test('plays the fewest and the most elements as well, each as a run of its own', async () => {
    const rehearsal = await engine.rehearse(request({ concurrency: 10 }))
    expect(rehearsal).toMatchObject({
      least: { counts: { succeeded: 4 }, costUsd: 0 },
      most: { counts: { succeeded: 4 + 80 + 400 }, costUsd: 4.8 },
    })
    const { least, most, durationMs } = rehearsal
    expect(least!.durationMs).toBeLessThan(durationMs)
    expect(most!.durationMs).toBeGreaterThan(durationMs)
    // A rehearsal of nothing but known lists is one.
    await runAll(engine, request())
    expect(await engine.rehearse(request())).not.toHaveProperty('least')
  })

  test('has a budget end the run where it ends', async () => {
    const rehearsal = await engine.rehearse(request({ budgetUsd: 3 }))
    expect(rehearsal.stopReason).toBeUndefined()
    expect(rehearsal.least!.stopReason).toBeUndefined()
    expect(rehearsal.most).toMatchObject({ stopReason: 'budget', costUsd: 3 })
  })

  test('leaves the most out where nobody could play them', async () => {
    const { scene } = blueprint.loops as Record<string, object>
    const long = { ...blueprint, loops: { ...blueprint.loops, scene: { ...scene, max: 500_000, expect: 3 } } }
    const rehearsal = await engine.rehearse({ blueprint: long as BlueprintDefinition, inputs: { rows } })
    expect(rehearsal.counts).toMatchObject({ succeeded: 4 + 6 + 12 })
    expect(rehearsal.least).toMatchObject({ counts: { succeeded: 4 } })
    expect(rehearsal).not.toHaveProperty('most')
  })
})

test('the time of a plan is a range', async () => {
  const { estimate } = await engine.plan(request())
  expect(estimate.least!.durationMs).toBeLessThan(estimate.durationMs!)
  expect(estimate.most!.durationMs).toBeGreaterThan(estimate.durationMs!)
})

describe('a budget is compared with the range', () => {
  // 0 to 480 jobs for a cent each, 240 expected.
  test.each([
    [4.8, 'most'],
    [4.79, 'expected'],
    [2.4, 'expected'],
    [2.39, 'least'],
    [0, 'least'],
  ])('%d dollars cover %s', async (budgetUsd, covers) => {
    const { budgets } = await engine.plan(request({ budgetUsd }))
    expect(budgets).toMatchObject([
      { scope: 'movie', limitUsd: budgetUsd, leastUsd: 0, expectedUsd: 2.4, mostUsd: 4.8, covers },
    ])
  })

  test('by what is left of it, and by the provider that it is for', async () => {
    const { costUsd } = await runAll(engine, request())
    expect(costUsd).toBeCloseTo(0.12)
    // Two scenes of fox, of one to five shots.
    const { budgets } = await engine.plan(
      request({
        regenerate: ['Board[fox]'],
        budgetUsd: { total: 0.2, providers: { draw: 10 } },
        budgetRunUsd: { providers: { board: 0.01 } },
      }),
    )
    expect(budgets).toMatchObject([
      { leftUsd: 0.08, leastUsd: 0.04, expectedUsd: 0.08, mostUsd: 0.12, covers: 'expected' },
      { provider: 'draw', leastUsd: 0.02, expectedUsd: 0.06, mostUsd: 0.1, covers: 'most' },
      { provider: 'board', scope: 'run', leastUsd: 0.02, mostUsd: 0.02, covers: 'part' },
    ])
  })

  test('counts what the last job must set aside', async () => {
    const plain: BlueprintDefinition = {
      name: 'plain',
      loops: { n: { count: 10 } },
      producers: {
        Clip: { loop: 'n', provider: 'draw', with: { text: '${index.n}' }, outputs: { Text: 'text' } },
      },
    }
    const coversOf = async (budgetUsd: number) => {
      const [budget] = (await engine.plan({ blueprint: plain, budgetUsd })).budgets
      return budget!.covers
    }
    expect([await coversOf(0.1), await coversOf(0.09)]).toEqual(['most', 'part'])
    const store = await newStore('memory')
    const draw = inline(() => ({ outputs: { Text: '' }, costUsd: 0.01 }), { priceUsd: { maxPerJob: 1 } })
    const wide = await testEngine({ store, providers: { draw } })
    await runAll(wide, { blueprint: { ...plain, loops: { n: { count: 2 } } } })
    const request = { blueprint: plain, concurrency: 1 }
    // Eight cents would do, but a job starts only while a dollar is left.
    const { budgets } = await wide.plan({ ...request, budgetRunUsd: 1 })
    expect(budgets).toMatchObject([{ expectedUsd: 0.08, covers: 'part' }])
    const stopped = await wide.run({ ...request, budgetRunUsd: 1 })
    expect(stopped).toMatchObject({ stopReason: 'budget', counts: { succeeded: 1 } })
    expect((await wide.plan({ ...request, budgetRunUsd: 1.07 })).budgets).toMatchObject([{ covers: 'most' }])
    expect(await wide.run({ ...request, budgetRunUsd: 1.07 })).toMatchObject({ status: 'succeeded' })
  })
})
