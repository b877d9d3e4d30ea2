import { expect, test } from 'vitest'
import type { BlueprintDefinition, RunProgress, RunRequest } from '../../../dist/index.js'
import { Calls, newStore, testEngine } from '../../support/engine-fixture.js'

const book: BlueprintDefinition = {
  name: 'book',
  inputs: { rows: 'table' },
  loops: { row: { over: '${inputs.rows}' }, scene: { over: '${Script[row].Scenes}', max: 4 } },
  producers: {
    Script: {
      loop: 'row',
      provider: 'writer',
      with: { name: '${row.name}' },
      review: { when: { value: '${Check[row].Text}', is: 'bad' } },
      outputs: { Scenes: 'json' },
    },
    Check: {
      loop: 'row',
      provider: 'writer',
      with: { scenes: '${Script[row].Scenes}' },
      outputs: { Text: 'text' },
    },
    Picture: {
      loop: ['row', 'scene'],
      provider: 'writer',
      with: { scene: '${scene}' },
      outputs: { Image: 'text', Caption: 'text' },
    },
    Film: { provider: 'dear', with: { images: '${Picture[*][*].Image}' }, outputs: { Text: 'text' } },
    Logo: { provider: 'writer', with: { name: 'us' }, outputs: { Text: 'text' } },
  },
}
const rows = [{ name: 'fox' }, { name: 'owl' }]

async function open() {
  const calls = new Calls()
  const writer = calls.provider(({ producer, inputs }) => {
    if (producer === 'Script') return { outputs: { Scenes: [`${inputs.name} 1`, `${inputs.name} 2`] } }
    if (producer === 'Picture') return { outputs: { Image: 'image', Caption: `${inputs.scene}` } }
    return { outputs: { Text: 'good' } }
  })
  const engine = await testEngine({
    store: await newStore('memory'),
    providers: { writer, dear: writer },
  })
  const run = async (request: Partial<RunRequest> = {}) => {
    const result = await engine.run({ blueprint: book, inputs: { rows }, ...request } as RunRequest)
    return { result, calls: calls.take().sort() }
  }
  const request = (until: string) => ({ blueprint: book, inputs: { rows }, until })
  return { engine, run, request }
}

const PICTURES = ['Picture[0][0]', 'Picture[0][1]', 'Picture[1][0]', 'Picture[1][1]']

test.each(['layers', 'dataflow'] as const)(
  'only what a producer needs is made, by what it reads and by its lists and their reviews (%s)',
  async schedule => {
    const { engine, run } = await open()
    const first = await run({ until: 'Picture', schedule })
    expect(first.calls).toEqual(['Check[0]', 'Check[1]', ...PICTURES, 'Script[0]', 'Script[1]'])
    expect(first.result).toMatchObject({
      status: 'succeeded',
      counts: { succeeded: 8, failed: 0, skipped: 0, cached: 0 },
      until: { producers: ['Picture'], leftOut: ['Film', 'Logo'] },
    })
    expect(first.result.counts.open).toBeUndefined()
    expect((await engine.movie('book').status()).lastRun).toMatchObject({ until: ['Picture'] })
    const rest = await run({ schedule })
    expect(rest.calls).toEqual(['Film', 'Logo'])
    expect(rest.result.until).toBeUndefined()
    expect((await engine.movie('book').status()).lastRun?.until).toBeUndefined()
  },
)

test('an output stands for its producer, and several may be named', async () => {
  const { run } = await open()
  const { calls, result } = await run({ until: ['Producer:Script.Scenes', 'Logo'] })
  expect(calls).toEqual(['Logo', 'Script[0]', 'Script[1]'])
  expect(result.until).toEqual({ producers: ['Script', 'Logo'], leftOut: ['Check', 'Picture', 'Film'] })
})

test('plan, rehearsal and progress count what is to be made', async () => {
  const { engine, request } = await open()
  const plan = await engine.plan(request('Check'))
  expect(plan.rows.map(({ producer }) => producer)).toEqual(['Script', 'Check'])
  expect(plan).toMatchObject({
    counts: { jobs: 4, run: 4 },
    until: { producers: ['Check'], leftOut: ['Picture', 'Film', 'Logo'] },
    unknownJobs: [],
  })
  expect((await engine.plan(request('Picture'))).unknownJobs).toMatchObject([{ producer: 'Picture' }])
  const latencyMs = { writer: 1_000 }
  expect((await engine.rehearse({ ...request('Check'), latencyMs })).counts).toMatchObject({ succeeded: 4 })
  const run = engine.run(request('Check'))
  let last: RunProgress | undefined
  run.on('progress', progress => {
    last = progress
  })
  await run
  expect(last).toMatchObject({ total: 4, counts: { succeeded: 4 } })
  expect(last!.producers.map(({ producer }) => producer)).toEqual(['Script', 'Check'])
})

test('goes with the first elements', async () => {
  const { engine, run } = await open()
  const { calls, result } = await run({ until: 'Check', first: { row: 1 } })
  expect(calls).toEqual(['Check[0]', 'Script[0]'])
  expect(result.subset?.waiting).toEqual([])
  expect(
    (await engine.plan({ blueprint: book, inputs: { rows }, until: 'Check', first: 1 })).counts,
  ).toMatchObject({
    jobs: 2,
    run: 0,
    cached: 2,
    reused: 0,
    skipped: 0,
  })
})

test('asks for people where the producer that it ends with is reviewed', async () => {
  const { engine, run } = await open()
  const blueprint = {
    ...book,
    producers: { ...book.producers, Script: { ...book.producers.Script!, review: true } },
  }
  const { calls, result } = await run({ blueprint, until: 'Script' })
  expect(calls).toEqual(['Script[0]', 'Script[1]'])
  expect(result).toMatchObject({ status: 'waiting', review: { waiting: 2 } })
  expect((await engine.movie('book').status()).lastRun).toMatchObject({
    status: 'waiting',
    until: ['Script'],
  })
})

test('a budget asks for no price of what is left out', async () => {
  const { engine } = await open()
  const unpriced: BlueprintDefinition = {
    name: 'unpriced',
    producers: {
      Text: { provider: 'template', config: { template: 'A fox.' }, outputs: { Text: 'text' } },
      Film: {
        provider: 'ai',
        model: 'openai/gpt-image-9',
        with: { prompt: '${Text.Text}' },
        outputs: { Image: 'image/png' },
      },
    },
  }
  await expect(engine.plan({ blueprint: unpriced, budgetUsd: 1 })).rejects.toMatchObject({
    code: 'BUDGET_UNPRICED',
  })
  expect((await engine.plan({ blueprint: unpriced, budgetUsd: 1, until: 'Text' })).counts.jobs).toBe(1)
})

test.each([
  ['a misspelt producer', 'Pictur', /Did you mean "Picture"/],
  ['a misspelt output', 'Picture.Imag', /no output of Picture "Imag".*Did you mean "Image"/],
  ['one element', 'Picture[0][1]', /"Picture".*first/],
  ['nothing', '', /until/],
])('%s is refused', async (_, until, message) => {
  const { engine, request } = await open()
  await expect(engine.plan(request(until))).rejects.toMatchObject({
    code: 'USAGE_INVALID',
    message: expect.stringMatching(message),
  })
})
