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
})
