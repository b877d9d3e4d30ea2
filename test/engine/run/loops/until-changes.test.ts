import { beforeEach, describe, expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, inline } from '../../../../dist/index.js'
import { Calls, newStore, runAll, testEngine, valuesIn } from '../../../support/engine-fixture.js'

const calls = new Calls()
let engine: Engine
beforeEach(async () => {
  const draft = calls.provider(({ inputs: { n, of = '' } }) => ({ outputs: { Text: `poem ${n} ${of}` } }))
  // Every third poem is good, and later ones are better.
  const judge = calls.provider(({ inputs }) => {
    const n = Number(/\d+/.exec(String(inputs.text)))
    return { outputs: { Score: n % 3 === 0 ? 1 + n / 100 : 0 } }
  })
  const echo = calls.provider(({ inputs }) => ({ outputs: { Text: String(inputs.text) } }))
  engine = await testEngine({
    store: await newStore('memory'),
    providers: { draft: inline(draft.provider), judge: inline(judge.provider), echo: inline(echo.provider) },
  })
  calls.take()
})

/** Two poems for each topic, and the better one of them. */
const topics: BlueprintDefinition = {
  name: 'topics',
  inputs: { rows: { type: 'json', default: [{ id: 'rain' }, { id: 'snow' }] } },
  loops: {
    topic: { over: '${inputs.rows}', key: '${topic.id}' },
    poem: { until: { accepted: 2, of: 'Keep', attempts: 20 } },
  },
  producers: {
    Draft: {
      loop: ['topic', 'poem'],
      provider: 'draft',
      with: { n: '${index.poem}', of: '${topic.id}' },
      outputs: { Text: 'text' },
    },
    Judge: {
      loop: ['topic', 'poem'],
      provider: 'judge',
      with: { text: '${Draft[topic][poem].Text}' },
      outputs: { Score: 'number' },
    },
    Keep: {
      loop: ['topic', 'poem'],
      provider: 'echo',
      when: { value: '${Judge[topic][poem].Score}', atLeast: 1 },
      with: { text: '${Draft[topic][poem].Text}' },
      outputs: { Text: 'text' },
    },
    Best: {
      loop: 'topic',
      provider: 'choose',
      with: { from: '${Keep[topic][*].Text}', scores: '${Judge[topic][*].Score}' },
      outputs: { Text: 'text' },
    },
  },
}
const rows = (...ids: string[]) => ({ inputs: { rows: ids.map(id => ({ id })) } })
const run = (request: object = {}) => runAll(engine, { blueprint: topics, ...request })
const movie = () => engine.movie('topics')
const valueIn = async (id: string) => (await valuesIn(engine, 'topics'))[id]

describe('a list that goes on until enough are accepted', () => {
  test('is chosen from, and what is chosen may decide', async () => {
    await run()
    expect(await valueIn('Best[rain].Text')).toBe('poem 3 rain')
    const best: BlueprintDefinition = {
      name: 'best',
      loops: {
        poem: { until: { accepted: 3, of: 'Best.Score', atLeast: 1, attempts: 20 } },
        take: { count: 2 },
      },
      producers: {
        Draft: {
          loop: ['poem', 'take'],
          provider: 'draft',
          with: { n: '${index.poem}', of: '${index.take}' },
          outputs: { Text: 'text' },
        },
        Judge: {
          loop: ['poem', 'take'],
          provider: 'judge',
          with: { text: '${Draft[poem][take].Text}' },
          outputs: { Score: 'number' },
        },
        Best: {
          loop: 'poem',
          provider: 'choose',
          with: { from: '${Draft[poem][*].Text}', scores: '${Judge[poem][*].Score}' },
          outputs: { Text: 'text', Score: 'number' },
        },
        Book: { provider: 'echo', with: { text: '${Best[*].Text}' }, outputs: { Text: 'text' } },
      },
    }
    await runAll(engine, { blueprint: best })
    expect((await valuesIn(engine, 'best'))['Book.Text']).toBe('poem 0 0,poem 3 0,poem 6 0')
  })

  test('keeps what is pinned and edited, also after its first batch', async () => {
    await run()
    await movie().pin('Keep[snow][3].Text')
    await movie().edit('Draft[rain][3].Text', 'poem 1 is mine')
    calls.take()
    await run()
    // The edit is judged, and not accepted any more: more are tried.
    expect(calls.take()).toEqual(
      expect.arrayContaining(['Judge[rain][3]', 'Draft[rain][6]', 'Keep[rain][6]']),
    )
    expect((await engine.plan({ blueprint: topics })).orphaned).toEqual([])
    await movie().unpin('Draft[rain][3].Text')
    await run()
    expect(await valueIn('Best[rain].Text')).toBe('poem 3 rain')
    expect((await movie().verify()).findings).toEqual([])
  })

  test('regenerates elements by name, wherever they stand in it', async () => {
    await run()
    calls.take()
    await run({ regenerate: ['Judge[snow][3]', 'Draft[rain][2]'] })
    expect(calls.take().sort()).toEqual(['Draft[rain][2]', 'Judge[snow][3]'])
    await run({ regenerate: ['Keep[snow]'] })
    expect(calls.take().sort()).toEqual(['Keep[snow][0]', 'Keep[snow][3]'])
    await run({ regenerate: ['Draft[rain] where failed'] })
    expect(calls.take()).toEqual([])
    await expect(run({ regenerate: ['Draft[rain][19]'] })).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
    expect(await movie().regenerate('Draft[snow][3]')).toMatchObject({ jobCount: 1 })
    await run()
    expect(calls.take()).toEqual(['Draft[snow][3]'])
  })

  test('moves with its row, and costs nothing when rows come, go and come back', async () => {
    await run()
    await movie().pin('Keep[snow][3].Text')
    calls.take()
    await run(rows('snow', 'hail', 'rain'))
    expect(calls.take().every(id => id.includes('hail'))).toBe(true)
    await run(rows('hail'))
    await run()
    expect(calls.take()).toEqual([])
    expect((await movie().verify()).findings).toEqual([])
  })

  test('is tried for the first rows only, when asked so', async () => {
    await run({ first: { topic: 1 } })
    const first = calls.take()
    expect(first.every(id => id.includes('[rain]'))).toBe(true)
    await run()
    expect(calls.take().every(id => id.includes('[snow]'))).toBe(true)
  })

  test('counts an element once people approve it, where what decides reads what they judge', async () => {
    const reviewed: BlueprintDefinition = {
      name: 'reviewed',
      loops: { poem: { until: { accepted: 2, of: 'Keep', attempts: 9 } } },
      producers: {
        Draft: {
          loop: 'poem',
          provider: 'draft',
          with: { n: '${index.poem}' },
          outputs: { Text: 'text' },
          review: true,
        },
        Keep: {
          loop: 'poem',
          provider: 'echo',
          with: { text: '${Draft[poem].Text}' },
          outputs: { Text: 'text' },
        },
        Book: { provider: 'echo', with: { text: '${Keep[*].Text}' }, outputs: { Text: 'text' } },
      },
    }
    const judge = async (decision: 'approve' | 'reject') => {
      for await (const { artifactId, hash } of engine.movie('reviewed').reviews())
        await engine.movie('reviewed').review([{ artifact: artifactId, hash, decision }])
    }
    expect((await engine.run({ blueprint: reviewed })).status).toBe('waiting')
    expect(calls.take()).toEqual(['Draft[0]', 'Draft[1]'])
    await judge('reject')
    // A rejected element is made again in its place; it is no other candidate.
    expect((await engine.run({ blueprint: reviewed })).status).toBe('waiting')
    expect(calls.take()).toEqual(['Draft[0]', 'Draft[1]'])
    await judge('approve')
    expect((await engine.run({ blueprint: reviewed })).status).toBe('succeeded')
    expect(calls.take().sort()).toEqual(['Book', 'Keep[0]', 'Keep[1]'])
  })
})
