import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, ProviderError } from '../../../dist/index.js'
import { Calls, newStore, testEngine } from '../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'shop',
  inputs: { rows: 'table' },
  loops: { row: { over: '${inputs.rows}', key: '${row.name}' }, side: { count: 2 } },
  producers: {
    Tagline: {
      loop: 'row',
      provider: 'writer',
      with: { name: '${row.name}' },
      outputs: { Text: 'text', Score: 'number', Facts: 'json' },
      retry: { attempts: 1 },
    },
    Card: {
      loop: ['row', 'side'],
      provider: 'painter',
      with: { name: '${row.name}', side: '${index.side}' },
      outputs: { Text: 'text' },
    },
  },
}
const rows = ['fox', 'a where b', 'late', 'bad'].map(name => ({ name }))

async function shop() {
  const calls = new Calls()
  const isFixed = { value: false }
  const writer = calls.provider(({ inputs }) => {
    if (!isFixed.value && inputs.name === 'late') throw new ProviderError('content', 'No.')
    if (!isFixed.value && inputs.name === 'bad') throw new ProviderError('invalid', 'No.')
    const Score = String(inputs.name).length / 10
    return { outputs: { Text: `Buy ${inputs.name}`, Score, Facts: { of: { name: String(inputs.name) } } } }
  })
  const painter = calls.provider(({ inputs }) => ({ outputs: { Text: String(inputs.name) } }))
  const engine = await testEngine({ store: await newStore('memory'), providers: { writer, painter } })
  await engine.run({ blueprint, inputs: { rows } })
  calls.take()
  isFixed.value = true
  const request = (...regenerate: string[]) => ({ blueprint, inputs: { rows }, regenerate })
  const made = async (...regenerate: string[]) => {
    const preview = await engine.plan(request(...regenerate))
    const planned = preview.rows.reduce((sum, { reasons }) => sum + (reasons.regenerate ?? 0), 0)
    await engine.run(request(...regenerate))
    return { planned, jobs: calls.take().sort() }
  }
  return { engine, request, made, calls }
}

/** Failed jobs are made by any run. */
const FAILED = ['Tagline[bad]', 'Tagline[late]']

test.each([
  ['Tagline[fox]', 1, ['Tagline[fox]']],
  ['Tagline[*]', 4, ['Tagline["a where b"]', 'Tagline[fox]']],
  ['Card[fox]', 2, ['Card[fox][0]', 'Card[fox][1]']],
  ['Card[*][1]', 4, ['Card["a where b"][1]', 'Card[bad][1]', 'Card[fox][1]', 'Card[late][1]']],
  ['Tagline["a where b"]', 1, ['Tagline["a where b"]']],
  ['Tagline where Score atLeast 0.5', 1, ['Tagline["a where b"]']],
  ['Tagline where Text contains fox', 1, ['Tagline[fox]']],
  ['Tagline where Facts.of.name is "fox"', 1, ['Tagline[fox]']],
  ['Tagline where Text exists', 2, ['Tagline["a where b"]', 'Tagline[fox]']],
  ['Tagline[fox] where Score greaterThan 0.5', 0, []],
  ['* where failed', 2, []],
  ['Tagline where failed content', 1, []],
])('%s', async (written, planned, jobs) => {
  const { made } = await shop()
  expect(await made(written)).toEqual({ planned, jobs: [...jobs, ...FAILED].sort() })
})

test('what was chosen is made once, also when the condition holds still', async () => {
  const { made } = await shop()
  await made('Tagline where Text exists')
  expect((await made()).jobs).toEqual([])
})

test.each([
  ['Tagline where', 'JOB_UNKNOWN'],
  ['Tagline[owl] where failed', 'JOB_UNKNOWN'],
  ['Card[owl][*]', 'JOB_UNKNOWN'],
  ['Tagline where failed often', 'USAGE_INVALID'],
  ['Tagline where Score under 1', 'USAGE_INVALID'],
  ['Tagline where Scor lessThan 1', 'USAGE_INVALID'],
])('%s is refused before anything is made', async (written, code) => {
  const { engine, request, calls } = await shop()
  await expect(engine.plan(request(written))).rejects.toMatchObject({ code })
  await expect(engine.run(request(written))).rejects.toMatchObject({ code })
  expect(calls.take()).toEqual([])
})

describe('a name that no job has is refused before anything is written', () => {
  const film: BlueprintDefinition = {
    name: 'film',
    inputs: { rows: 'json' },
    loops: {
      row: { over: '${inputs.rows}', key: '${row}' },
      scene: { over: '${Script[row].Scenes}', key: '${scene}', max: 5 },
    },
    producers: {
      Script: { loop: 'row', provider: 'script', with: { row: '${row}' }, outputs: { Scenes: 'json' } },
      Picture: {
        loop: ['row', 'scene'],
        provider: 'script',
        with: { scene: '${scene}' },
        outputs: { Scenes: 'json' },
      },
    },
  }
  const inputs = { rows: ['fox', 'owl'] }

  test.each([
    ['Picture[fox][wod]', 'JOB_UNKNOWN', '"Picture[fox][wood]"'],
    ['Picture[fox][wod].Scenes', 'JOB_UNKNOWN', '"Picture[fox][wood]"'],
    ['Picture[*][wod]', 'JOB_UNKNOWN', '"Picture[*][wood]"'],
    ['Picture[fix]', 'JOB_UNKNOWN', '"Picture[fox]"'],
    ['Pictre[fix][wood]', 'JOB_UNKNOWN', '"Picture[fox][wood]"'],
    ['Picture where Scens is 1', 'USAGE_INVALID', '"Scenes"'],
  ])('%s', async (wrong, code, nearest) => {
    const calls = new Calls()
    const script = calls.provider(() => ({ outputs: { Scenes: ['wood', 'den'] } }))
    const engine = await testEngine({ store: await newStore('file'), providers: { script } })
    await engine.run({ blueprint: film, inputs })
    const movie = engine.movie('film')
    const logged = async () => {
      const types: string[] = []
      for await (const { event } of movie.events()) types.push(event.type)
      return types
    }
    calls.take()
    const before = await logged()
    // The list may be one that this run makes again, or one that it knows.
    for (const regenerate of [[wrong], [wrong, 'Script[fox]']]) {
      const refused = engine.run({ blueprint: film, inputs, regenerate })
      await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(nearest) })
    }
    await expect(movie.regenerate([wrong])).rejects.toMatchObject({ code })
    expect(await logged()).toEqual(before)
    expect(calls.take()).toEqual([])
  })
})
