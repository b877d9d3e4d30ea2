import { beforeEach, describe, expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../../dist/index.js'
import { Calls, newStore, runAll, testEngine, valuesIn } from '../../../support/engine-fixture.js'

type ProducerDefinition = BlueprintDefinition['producers'][string]

/** What the lists of a row are to hold: texts, with a kind that conditions ask for. */
interface Scene {
  readonly text: string
  readonly kind?: string
}

/** Large enough for a list to be a blob. */
const LONG = 'x'.repeat(20_000)

let scenes: Record<string, readonly Scene[] | Error>
let engine: Engine
const calls = new Calls()
beforeEach(async () => {
  scenes = { fox: [{ text: 'wood' }, { text: 'den' }], owl: [{ text: 'night' }] }
  const write = calls.provider(({ inputs }) => {
    const list = scenes[String(inputs.id)]!
    if (list instanceof Error) throw list
    return { outputs: { Scenes: list as never } }
  })
  const echo = calls.provider(({ inputs, outputs }) => {
    const text = JSON.stringify(inputs)
    const { count } = outputs.Text!
    return {
      outputs: {
        Text: count === undefined ? text : Array.from({ length: count }, (_, at) => `${at} ${text}`),
      },
    }
  })
  engine = await testEngine({ store: await newStore('file'), providers: { write, echo } })
  calls.take()
})

const rows = [
  { id: 'fox', isIn: true },
  { id: 'owl', isIn: true },
]

const Script: ProducerDefinition = {
  loop: 'row',
  provider: 'write',
  with: { id: '${row.id}' },
  retry: { attempts: 1 },
  outputs: { Scenes: 'json' },
}
const Picture: ProducerDefinition = {
  loop: ['row', 'scene'],
  provider: 'echo',
  with: { text: '${scene.text}' },
  outputs: { Text: 'text' },
}

function film(producers: Record<string, ProducerDefinition>, loop: object = {}): BlueprintDefinition {
  return {
    name: 'film',
    inputs: { rows: 'json' },
    loops: {
      row: { over: '${inputs.rows}', key: '${row.id}' },
      scene: { over: '${Script[row].Scenes}', max: 4, ...loop },
    },
    producers: { Script, Picture, ...producers },
  }
}

const request = (blueprint: BlueprintDefinition, more: object = {}) => ({
  blueprint,
  inputs: { rows },
  ...more,
})
const read = async (id: string): Promise<unknown> => {
  const text = (await valuesIn(engine, 'film'))[id]
  return text === undefined ? undefined : JSON.parse(String(text))
}

describe('a list that is a blob', () => {
  beforeEach(() => {
    scenes.fox = [{ text: `${LONG}0` }, { text: `${LONG}1` }]
  })

  test('leads to the same jobs, and is up to date', async () => {
    const blueprint = film({})
    expect(await runAll(engine, request(blueprint))).toMatchObject({ counts: { succeeded: 5 } })
    calls.take()
    expect(await runAll(engine, request(blueprint))).toMatchObject({ counts: { cached: 5, succeeded: 0 } })
    expect(calls.take()).toEqual([])
  })

  test('is waited for where only some elements are made', async () => {
    const result = await engine.run(request(film({}), { first: { row: 1 } }))
    expect(result).toMatchObject({ status: 'succeeded', counts: { succeeded: 3 } })
    calls.take()
    expect(await engine.run(request(film({}), { first: { row: 1 } }))).toMatchObject({
      counts: { cached: 3 },
    })
  })

  test('is known to a plan', async () => {
    await runAll(engine, request(film({})))
    const plan = await engine.plan(request(film({})))
    expect(plan.unknownLists).toEqual([])
    expect(plan.counts).toMatchObject({ jobs: 5, cached: 5 })
  })
})

describe('a list that is not there', () => {
  const blueprint = film({
    Plain: {
      loop: 'row',
      provider: 'echo',
      with: { for: 'Plain ${row.id}', all: '${Picture[row][*].Text}' },
      outputs: { Text: 'text' },
    },
    Optional: {
      loop: 'row',
      provider: 'echo',
      with: { for: 'Optional ${row.id}', all: '${Picture[row][*].Text?}' },
      outputs: { Text: 'text' },
    },
    First: {
      loop: 'row',
      provider: 'echo',
      with: { for: 'First ${row.id}', first: '${Picture[row][0].Text?}' },
      outputs: { Text: 'text' },
    },
    Spread: {
      loop: 'row',
      provider: 'echo',
      with: { id: '${row.id}' },
      outputs: { Text: { type: 'text', loop: 'scene' } },
    },
    All: { provider: 'echo', with: { all: '${Picture[*][*].Text}' }, outputs: { Text: 'text' } },
    Some: {
      provider: 'echo',
      with: { for: 'Some', all: '${Picture[*][*].Text?}' },
      outputs: { Text: 'text' },
    },
  })

  test('since its job has failed, counts as failed elements would', async () => {
    scenes.owl = new Error('no idea')
    expect(await engine.run(request(blueprint))).toMatchObject({ status: 'failed', counts: { failed: 1 } })
    const made = new Set(calls.take().filter(job => !/Script|Picture/.test(job)))
    expect(made).toEqual(
      new Set([
        'Plain[fox]',
        'Optional[fox]',
        'Optional[owl]',
        'First[fox]',
        'First[owl]',
        'Spread[fox]',
        'Some',
      ]),
    )
    expect(await read('Optional[owl].Text')).toMatchObject({ all: [] })
    expect((await read('Some.Text')) as object).toMatchObject({ all: [expect.anything(), expect.anything()] })
    scenes.owl = [{ text: 'night' }]
    await runAll(engine, request(blueprint))
    expect(new Set(calls.take())).toEqual(
      new Set([
        'Script[owl]',
        'Picture[owl][0]',
        'Plain[owl]',
        'Optional[owl]',
        'First[owl]',
        'Spread[owl]',
        'All',
        'Some',
      ]),
    )
  })

  test('since its job was skipped by its condition, is left out of fan-ins', async () => {
    const skipping: BlueprintDefinition = {
      ...blueprint,
      producers: { ...blueprint.producers, Script: { ...Script, when: { value: '${row.isIn}', is: true } } },
    }
    const inputs = { rows: [rows[0], { id: 'owl', isIn: false }] }
    expect(await engine.run({ blueprint: skipping, inputs })).toMatchObject({ status: 'succeeded' })
    const made = new Set(calls.take().filter(job => !/Script|Picture/.test(job)))
    expect(made).toEqual(
      new Set([
        'Plain[fox]',
        'Plain[owl]',
        'Optional[fox]',
        'Optional[owl]',
        'First[fox]',
        'First[owl]',
        'Spread[fox]',
        'All',
        'Some',
      ]),
    )
    expect(await read('Plain[owl].Text')).toMatchObject({ all: [] })
  })
})

describe('results of a list without keys', () => {
  test('follow their contents when the list is another one', async () => {
    const blueprint = film({})
    const story = (text: string) => ({
      ...blueprint,
      producers: { ...blueprint.producers, Script: { ...Script, with: { id: '${row.id}', text } } },
    })
    scenes.fox = [{ text: 'a' }, { text: 'b' }]
    await runAll(engine, request(story('first')))
    calls.take()
    scenes.fox = [{ text: 'b' }, { text: 'c' }, { text: 'a' }]
    await runAll(engine, request(story('second')))
    expect(calls.take().sort()).toEqual(['Picture[fox][1]', 'Script[fox]', 'Script[owl]'])
    const texts = await Promise.all([0, 1, 2].map(at => read(`Picture[fox][${at}].Text`)))
    expect(texts).toEqual([{ text: 'b' }, { text: 'c' }, { text: 'a' }])
  })
})

describe('limits of a list', () => {
  test('too few elements fail the loop for it', async () => {
    const blueprint = film({}, { min: 2 })
    expect(await engine.run(request(blueprint))).toMatchObject({
      status: 'failed',
      failures: [{ code: 'invalid', count: 1, message: expect.stringContaining('min of loop') }],
    })
    expect(calls.take().filter(job => job.startsWith('Picture'))).toEqual([
      'Picture[fox][0]',
      'Picture[fox][1]',
    ])
  })

  test('a list that does not fit stops a run that is to fail fast', async () => {
    scenes.fox = []
    const blueprint = film({}, { min: 1 })
    const result = await engine.run(request(blueprint, { failFast: true, concurrency: 1 }))
    expect(result).toMatchObject({ status: 'stopped', stopReason: 'fail_fast' })
    expect(calls.take().filter(job => job.startsWith('Picture'))).toEqual([])
  })
})

describe('jobs of a made list', () => {
  test('read their neighbours, ask conditions of their elements, and spread outputs over it', async () => {
    scenes.fox = [
      { text: 'a', kind: 'in' },
      { text: 'b', kind: 'out' },
      { text: 'c', kind: 'in' },
    ]
    const blueprint = film({
      Picture: {
        ...Picture,
        with: { text: '${scene.text}', before: '${Script[row].Scenes}', next: '${Note[row][scene+1].Text?}' },
      },
      Note: {
        loop: ['row', 'scene'],
        provider: 'echo',
        when: { value: '${scene.kind?}', isNot: 'out' },
        with: { text: '${scene.text}', before: '${Note[row][scene-1].Text?}' },
        outputs: { Text: 'text' },
      },
      Cut: {
        loop: 'row',
        provider: 'echo',
        with: { id: '${row.id}' },
        outputs: { Text: { type: 'text', loop: 'scene' } },
      },
      Use: {
        loop: ['row', 'scene'],
        provider: 'echo',
        with: { cut: '${Cut[row].Text[scene]}', all: '${Note[row][*].Text}' },
        outputs: { Text: 'text' },
      },
      All: {
        provider: 'echo',
        with: { cuts: '${Cut[*].Text[*]}', notes: '${Note[*][*].Text}' },
        outputs: { Text: 'text' },
      },
    })
    const result = await runAll(engine, request(blueprint))
    expect(result.counts).toMatchObject({ skipped: 1, failed: 0 })
    const { cuts, notes } = (await read('All.Text')) as { cuts: string[]; notes: string[] }
    expect(cuts.map(cut => cut[0])).toEqual(['0', '1', '2', '0'])
    expect(notes.map(note => (JSON.parse(note) as Scene).text)).toEqual(['a', 'c', 'night'])
    expect(await read('Note[fox][2].Text')).toEqual({ text: 'c' })
    calls.take()
    expect(await runAll(engine, request(blueprint))).toMatchObject({ counts: { succeeded: 0 } })
    expect(calls.take()).toEqual([])
    expect((await engine.movie('film').verify()).findings).toEqual([])
  })

  test('an output that is spread over an empty list is not paid for again', async () => {
    scenes.owl = []
    const blueprint = film({
      Cut: {
        loop: 'row',
        provider: 'echo',
        with: { id: '${row.id}' },
        outputs: { Text: { type: 'text', loop: 'scene' } },
      },
    })
    await runAll(engine, request(blueprint))
    calls.take()
    await runAll(engine, request(blueprint))
    expect(calls.take()).toEqual([])
  })

  test.each(['layers', 'dataflow'] as const)('are made in %s', async schedule => {
    const blueprint = film({
      Frame: {
        loop: ['row', 'scene'],
        provider: 'echo',
        with: { text: '${Picture[row][scene].Text}' },
        outputs: { Text: 'text' },
      },
      All: { provider: 'echo', with: { all: '${Frame[*][*].Text}' }, outputs: { Text: 'text' } },
    })
    expect(await runAll(engine, request(blueprint, { schedule }))).toMatchObject({ counts: { succeeded: 9 } })
    const order = calls.take()
    const last = (name: string) => order.findLastIndex(job => job.startsWith(name))
    const first = (name: string) => order.findIndex(job => job.startsWith(name))
    if (schedule === 'layers') {
      expect(last('Script')).toBeLessThan(first('Picture'))
      expect(last('Picture')).toBeLessThan(first('Frame'))
    }
    expect(order.at(-1)).toBe('All')
  })
})

test.each(['layers', 'dataflow'] as const)(
  'a table without rows is a film of nothing, in %s',
  async schedule => {
    const All: ProducerDefinition = {
      provider: 'echo',
      with: { all: '${Picture[*][*].Text}' },
      outputs: { Text: 'text' },
    }
    const nothing = { ...request(film({ All }), { schedule }), inputs: { rows: [] } }
    expect(await runAll(engine, nothing)).toMatchObject({ counts: { succeeded: 1 } })
    expect(await read('All.Text')).toEqual({ all: [] })
  },
)

describe('a part of the rows', () => {
  test('is made with its lists, and counts in the full run', async () => {
    const blueprint = film({
      Film: {
        loop: 'row',
        provider: 'echo',
        with: { all: '${Picture[row][*].Text}' },
        outputs: { Text: 'text' },
      },
      All: { provider: 'echo', with: { all: '${Film[*].Text}' }, outputs: { Text: 'text' } },
    })
    const part = await engine.run(request(blueprint, { first: { row: 1 } }))
    expect(part).toMatchObject({ status: 'succeeded', counts: { succeeded: 4 } })
    expect(calls.take().sort()).toEqual(['Film[fox]', 'Picture[fox][0]', 'Picture[fox][1]', 'Script[fox]'])
    expect(await runAll(engine, request(blueprint))).toMatchObject({ counts: { cached: 4, succeeded: 4 } })
    expect(calls.take().sort()).toEqual(['All', 'Film[owl]', 'Picture[owl][0]', 'Script[owl]'])
    const sample = await engine.run(request(blueprint, { sample: { row: 1 }, seed: 3 }))
    expect(sample).toMatchObject({ status: 'succeeded', counts: { succeeded: 0 } })
  })
})
