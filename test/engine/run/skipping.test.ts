import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, inline, type JobId, ProviderError } from '../../../dist/index.js'
import {
  Calls,
  echo,
  newStore,
  runAll,
  STORES,
  testEngine,
  updatesOf,
  valuesIn,
} from '../../support/engine-fixture.js'

const kinds = { a: 'picture', b: 'text', c: 'picture' }

/** Pages are drawn only when they are pictures; what follows needs them in every way. */
const book: BlueprintDefinition = {
  name: 'book',
  inputs: { rows: { type: 'table', default: Object.entries(kinds).map(([name, kind]) => ({ name, kind })) } },
  loops: { row: { over: '${inputs.rows}' } },
  producers: {
    Draw: {
      loop: 'row',
      provider: 'echo',
      with: { text: 'drawing ${row.name}' },
      when: { value: '${row.kind}', is: 'picture' },
      outputs: { Text: 'text' },
    },
    Frame: {
      loop: 'row',
      provider: 'echo',
      with: { text: 'framed ${Draw[row].Text}' },
      outputs: { Text: 'text' },
    },
    Note: {
      loop: 'row',
      provider: 'note',
      with: { text: '${row.name}', drawing: '${Draw[row].Text?}' },
      outputs: { Text: 'text' },
    },
    Book: { provider: 'list', with: { texts: '${Frame[*].Text}' }, outputs: { Texts: 'json' } },
    Sheet: { provider: 'list', with: { texts: '${Draw[*].Text}' }, outputs: { Texts: 'json' } },
  },
}

const providers = (calls: Calls) => ({
  echo: calls.provider(request => {
    if (request.inputs.text === 'drawing broken') throw new ProviderError('content', 'refused')
    return echo(request, {} as never)
  }),
  note: calls.provider(({ inputs }) => ({
    outputs: { Text: 'drawing' in inputs ? `${inputs.text}: ${inputs.drawing}` : `${inputs.text}: none` },
  })),
  list: calls.provider(({ inputs }) => ({ outputs: { Texts: inputs.texts as string[] } })),
})

describe.each(STORES)('skipping (%s)', kind => {
  const open = async (calls = new Calls()) =>
    testEngine({ store: await newStore(kind), providers: providers(calls) })

  test('a false condition skips the job and what needs it, not optional reads and fan-ins', async () => {
    const engine = await open()
    const run = engine.run({ blueprint: book })
    const updates = updatesOf(run)
    expect(await run).toMatchObject({ status: 'succeeded', counts: { succeeded: 9, skipped: 2 } })
    expect(updates.filter(({ state }) => state === 'skipped')).toEqual([
      { state: 'skipped', jobId: 'Producer:Draw[1]', reason: { type: 'condition' } },
      {
        state: 'skipped',
        jobId: 'Producer:Frame[1]',
        reason: { type: 'upstream', jobId: 'Producer:Draw[1]', state: 'skipped' },
      },
    ])
    expect(await valuesIn(engine, 'book')).toEqual({
      'Draw[0].Text': 'drawing a',
      'Draw[2].Text': 'drawing c',
      'Frame[0].Text': 'framed drawing a',
      'Frame[2].Text': 'framed drawing c',
      'Note[0].Text': 'a: drawing a',
      'Note[1].Text': 'b: none',
      'Note[2].Text': 'c: drawing c',
      'Book.Texts': ['framed drawing a', 'framed drawing c'],
      'Sheet.Texts': ['drawing a', 'drawing c'],
    })
  })

  test('a failed job skips what needs it, through a fan-in too, and an optional read goes on without it', async () => {
    const engine = await open()
    const rows = [
      { name: 'a', kind: 'picture' },
      { name: 'broken', kind: 'picture' },
    ]
    const run = engine.run({ blueprint: book, inputs: { rows } })
    const updates = updatesOf(run)
    expect(await run).toMatchObject({ status: 'failed', counts: { failed: 1 } })
    expect(updates).toContainEqual({
      state: 'failed',
      jobId: 'Producer:Draw[1]',
      attempt: 1,
      error: { code: 'content', message: 'refused' },
      rows: [{ input: 'rows', row: 2 }],
    })
    const reason = { type: 'upstream', jobId: 'Producer:Draw[1]', state: 'failed' }
    for (const jobId of ['Producer:Frame[1]', 'Producer:Sheet'])
      expect(updates).toContainEqual({ state: 'skipped', jobId, reason })
    expect(await valuesIn(engine, 'book')).toMatchObject({ 'Note[1].Text': 'broken: none' })
  })

  test('a condition that becomes true later runs the job then, and only what depends on it', async () => {
    const calls = new Calls()
    const engine = await open(calls)
    await runAll(engine, { blueprint: book })
    calls.take()
    const rows = Object.keys(kinds).map(name => ({ name, kind: 'picture' }))
    await runAll(engine, { blueprint: book, inputs: { rows } })
    expect(calls.take().sort()).toEqual(['Book', 'Draw[1]', 'Frame[1]', 'Note[1]', 'Sheet'])
    const back = await engine.plan({ blueprint: book })
    expect(back.explain('Producer:Draw[1]' as JobId)?.action).toEqual({
      type: 'skip',
      reason: { type: 'condition' },
    })
    // What they make of the rows as they were is there.
    await runAll(engine, { blueprint: book })
    expect(calls.take()).toEqual([])
    expect(await valuesIn(engine, 'book')).toMatchObject({ 'Note[1].Text': 'b: none' })
  })

  test('a skip is logged once, however often the movie is run', async () => {
    const engine = await open()
    await runAll(engine, { blueprint: book })
    await runAll(engine, { blueprint: book })
    const types: string[] = []
    for await (const { event } of engine.movie('book').events()) types.push(event.type)
    expect(types.filter(type => type === 'job.skipped')).toHaveLength(2)
  })

  test('conditions on what a job made', async () => {
    const blueprint: BlueprintDefinition = {
      name: 'judged',
      loops: { n: { count: 4 } },
      producers: {
        Rate: { loop: 'n', provider: 'rate', outputs: { Facts: 'json' } },
        Keep: {
          loop: 'n',
          provider: 'echo',
          with: { text: 'kept ${index.n}' },
          when: {
            any: [
              { value: '${Rate[n].Facts.score}', atLeast: 3 },
              {
                all: [
                  { value: '${Rate[n].Facts.tags}', contains: 'odd' },
                  { value: '${index.n}', lessThan: 2 },
                ],
              },
            ],
          },
          outputs: { Text: 'text' },
        },
      },
    }
    const rate = inline(({ indices }) => ({
      outputs: { Facts: { score: indices.n!, tags: indices.n! % 2 === 1 ? ['odd'] : [] } },
    }))
    const judging = await testEngine({
      store: await newStore(kind),
      providers: { ...providers(new Calls()), rate },
    })
    await runAll(judging, { blueprint })
    const values = await valuesIn(judging, 'judged')
    expect(Object.keys(values).filter(id => id.startsWith('Keep'))).toEqual(['Keep[1].Text', 'Keep[3].Text'])
  })
})

test('what a failure far away keeps from being made is not left out of a list', async () => {
  let isMended = false
  const engine = await testEngine({
    store: 'memory:',
    providers: {
      p: inline(({ producer, indices, inputs }) => {
        if (producer === 'Draft' && indices.n === 1 && !isMended) throw new Error('no')
        return { outputs: { Text: `${producer} ${JSON.stringify(inputs)}` } }
      }),
    },
  })
  const blueprint: BlueprintDefinition = {
    name: 'far',
    loops: { n: { count: 3 } },
    producers: {
      Draft: { loop: 'n', provider: 'p', outputs: { Text: 'text' } },
      Page: { loop: 'n', provider: 'p', with: { draft: '${Draft[n].Text}' }, outputs: { Text: 'text' } },
      Book: { provider: 'p', with: { pages: '${Page[*].Text}' }, outputs: { Text: 'text' } },
      Poster: { provider: 'p', with: { pages: '${Page[*].Text?}' }, outputs: { Text: 'text' } },
    },
  }
  const run = engine.run({ blueprint })
  const updates = updatesOf(run)
  expect(await run).toMatchObject({ counts: { succeeded: 5, failed: 1, skipped: 2 } })
  expect(updates).toContainEqual({
    state: 'skipped',
    jobId: 'Producer:Book',
    reason: { type: 'upstream', jobId: 'Producer:Page[1]', state: 'skipped' },
  })
  isMended = true
  expect(await runAll(engine, { blueprint })).toMatchObject({ counts: { succeeded: 4, cached: 4 } })
})
