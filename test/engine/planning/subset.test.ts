import { expect, test } from 'vitest'
import { type BlueprintDefinition, inline, type RunRequest } from '../../../dist/index.js'
import { Calls, newStore, testEngine } from '../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'shop',
  inputs: { rows: 'table', style: { type: 'text', default: 'short' } },
  loops: { row: { over: '${inputs.rows}' }, side: { count: 2 } },
  producers: {
    Tagline: {
      loop: 'row',
      provider: 'writer',
      with: { name: '${row.name}', style: '${inputs.style}' },
      outputs: { Text: 'text' },
    },
    Card: {
      loop: ['row', 'side'],
      provider: 'writer',
      with: { text: '${Tagline[row].Text}', side: '${index.side}' },
      outputs: { Text: 'text' },
    },
    Logo: { provider: 'writer', with: { name: 'us' }, outputs: { Text: 'text' } },
    Book: { provider: 'writer', with: { texts: '${Tagline[*].Text}' }, outputs: { Text: 'text' } },
    Cover: { provider: 'writer', with: { text: '${Book.Text}' }, outputs: { Text: 'text' } },
    Rank: {
      loop: 'row',
      provider: 'writer',
      with: { mine: '${Tagline[row].Text}', all: '${Tagline[*].Text}' },
      outputs: { Text: 'text' },
    },
  },
}
const rows = Array.from({ length: 6 }, (_, at) => ({ name: `n${at}` }))

async function shop() {
  const calls = new Calls()
  const writer = calls.provider(({ inputs }) => ({ outputs: { Text: JSON.stringify(inputs) } }))
  const engine = await testEngine({ store: await newStore('memory'), providers: { writer } })
  const run = (request: Partial<RunRequest> = {}) =>
    engine.run({ blueprint, inputs: { rows }, ...request } as RunRequest)
  const plan = (request: Partial<RunRequest> = {}) =>
    engine.plan({ blueprint, inputs: { rows }, ...request } as RunRequest)
  return { calls, engine, run, plan }
}

const FIRST_TWO = ['Card[0][0]', 'Card[0][1]', 'Card[1][0]', 'Card[1][1]', 'Logo', 'Tagline[0]', 'Tagline[1]']

test('only the first elements are made; what reads all of them waits, and so does what reads that', async () => {
  const { calls, run } = await shop()
  const result = await run({ first: 2 })
  expect(calls.take().sort()).toEqual(FIRST_TWO)
  expect(result).toMatchObject({
    status: 'succeeded',
    counts: { succeeded: 7, failed: 0, skipped: 0, open: 20 },
    subset: { loop: 'row', elements: [0, 1], total: 6, waiting: ['Book', 'Cover', 'Rank'] },
  })
})

test.each(['layers', 'dataflow'] as const)(
  'the full run makes the rest, and nothing twice (%s)',
  async schedule => {
    const { calls, run } = await shop()
    await run({ first: { row: 2 }, schedule })
    const before = calls.take()
    expect((await run({ first: 2, schedule })).counts).toMatchObject({ succeeded: 0, cached: 7 })
    expect(calls.take()).toEqual([])
    const { status, counts } = await run({ schedule })
    const after = calls.take()
    expect({ status, counts }).toMatchObject({ status: 'succeeded', counts: { succeeded: 20, cached: 7 } })
    expect(new Set([...before, ...after]).size).toBe(27)
    expect(before.length + after.length).toBe(27)
  },
)

test('with another prompt, the same elements are made again', async () => {
  const { calls, run } = await shop()
  await run({ sample: 2, seed: 7 })
  const before = calls.take().filter(job => job.startsWith('Tagline'))
  expect(before).toHaveLength(2)
  await run({ sample: 2, seed: 7, inputs: { rows, style: 'long' } })
  expect(
    calls
      .take()
      .filter(job => job.startsWith('Tagline'))
      .sort(),
  ).toEqual(before.sort())
})

test('the same seed chooses the same elements, by their keys', async () => {
  const { engine } = await shop()
  const keyed = {
    ...blueprint,
    loops: { ...blueprint.loops, row: { over: '${inputs.rows}', key: '${row.name}' } },
  }
  const chosen = async (list: typeof rows, seed: number) =>
    (await engine.plan({ blueprint: keyed, inputs: { rows: list }, sample: 3, seed })).subset!.elements
  const once = await chosen(rows, 1)
  expect([...(await chosen([...rows].reverse(), 1))].sort()).toEqual([...once].sort())
  const others = await Promise.all([2, 3, 4, 5].map(seed => chosen(rows, seed)))
  expect(others.some(other => other.join() !== once.join())).toBe(true)
})

test('elements that are there count: what reads all of them is made once nothing is missing', async () => {
  const { calls, run } = await shop()
  await run({ upToLayer: 1 })
  calls.take()
  const { counts, subset } = await run({ first: 2 })
  expect(calls.take().sort()).toEqual([
    ...['Book', 'Card[0][0]', 'Card[0][1]', 'Card[1][0]', 'Card[1][1]', 'Cover', 'Rank[0]', 'Rank[1]'],
  ])
  expect(counts).toMatchObject({ succeeded: 8, cached: 7, open: 12 })
  expect(subset?.waiting).toEqual(['Book', 'Cover', 'Rank'])
})

test('a plan and a rehearsal are of the same jobs as the run', async () => {
  const { engine, plan } = await shop()
  const preview = await plan({ first: 2 })
  expect(preview.counts).toEqual({ jobs: 7, run: 7, cached: 0, reused: 0, skipped: 0 })
  expect(preview.subset).toEqual({
    loop: 'row',
    elements: [0, 1],
    total: 6,
    waiting: ['Book', 'Cover', 'Rank'],
  })
  const { counts } = await engine.rehearse({
    blueprint,
    inputs: { rows },
    first: 2,
    latencyMs: { writer: 5 },
  })
  expect(counts.succeeded).toBe(7)
  expect((await plan({ first: 100 })).counts.run).toBe(27)
})

test('a failed job fails the run, as it does in a full one', async () => {
  const store = await newStore('memory')
  const writer = inline(() => {
    throw new Error('no')
  })
  const engine = await testEngine({ store, providers: { writer } })
  const { status, counts } = await engine.run({ blueprint, inputs: { rows }, first: 1 })
  expect({ status, counts }).toMatchObject({ status: 'failed', counts: { failed: 2, skipped: 2 } })
})

test.each([
  [{ first: 2, sample: 2 }],
  [{ first: 0 }],
  [{ first: { rwo: 2 } }],
  [{ first: { row: 1, side: 1 } }],
  [{ sample: 1.5 }],
])('%j is refused', async request => {
  const { run, plan } = await shop()
  await expect(run(request)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  await expect(plan(request)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
})

test('rows of some elements are read by their keys', async () => {
  const { engine, run } = await shop()
  await run({ first: 2 })
  const read = []
  for await (const { key, status } of engine.movie('shop').rows('row', { keys: [3, 0] }))
    read.push([key, status])
  expect(read).toEqual([
    [0, 'open'],
    [3, 'open'],
  ])
})
