import { describe, expect, test } from 'vitest'
import type { BlueprintDefinition } from '../../../dist/index.js'
import { Calls, newStore, runAll, testEngine } from '../../support/engine-fixture.js'

/** What an edit of the blueprint or the table would make again, before it is made. */

const blueprint = (prompt: string, key?: string): BlueprintDefinition => ({
  name: 'movie',
  inputs: { rows: { type: 'json' }, tone: { type: 'text', default: 'dry' } },
  loops: { row: { over: '${inputs.rows}', ...(key && { key }) } },
  producers: {
    Tag: { loop: 'row', provider: 'p', with: { text: `${prompt} \${row.name}` }, outputs: { Text: 'text' } },
    Mood: { provider: 'p', with: { text: '${inputs.tone}' }, outputs: { Text: 'text' } },
    All: { provider: 'p', with: { text: '${Tag[*].Text}' }, outputs: { Text: 'text' } },
  },
})

const row = (name: string) => ({ id: name, name })
const KEY = '${row.id}'

async function open() {
  const calls = new Calls()
  const engine = await testEngine({
    store: await newStore('file'),
    providers: {
      p: calls.provider(({ inputs }) => ({ outputs: { Text: String(inputs.text) }, costUsd: 0.5 })),
    },
  })
  const request = (names: string[], { prompt = 'draw', key = KEY, tone = 'dry' } = {}) => ({
    blueprint: blueprint(prompt, key),
    inputs: { rows: names.map(row), tone },
  })
  const against = async (names: string[], change = {}) =>
    (await engine.plan({ ...request(names, change), against: 'last' })).against!
  const run = async (names: string[], change = {}) => {
    const { runId } = await runAll(engine, request(names, change))
    return { runId, calls: calls.take() }
  }
  return { engine, request, against, run }
}

const producer = (name: string, found: { producers: readonly { producer: string }[] }) =>
  found.producers.find(each => each.producer === name)

describe('plan against the last run', () => {
  test('of a prompt that was edited: old and new, how many jobs, and what they cost', async () => {
    const { against, run } = await open()
    const { runId } = await run(['fox', 'owl'])
    const found = await against(['fox', 'owl'], { prompt: 'paint' })
    expect(found).toMatchObject({ runId, loops: [], inputs: [], removedProducers: [] })
    expect(producer('Tag', found)).toEqual({
      producer: 'Tag',
      groups: [
        {
          reason: 'changed',
          inputs: ['text'],
          jobs: 2,
          again: 2,
          costUsd: 1,
          examples: ['Producer:Tag[fox]', 'Producer:Tag[owl]'],
        },
      ],
      free: 0,
      same: 0,
      removed: 0,
      calls: 2,
      costUsd: 1,
      settings: [{ setting: 'with.text', before: 'draw ${row.name}', after: 'paint ${row.name}' }],
    })
    expect(producer('All', found)).toMatchObject({
      groups: [{ reason: 'upstream', after: 'Tag', jobs: 1, again: 1 }],
      settings: [],
    })
    expect(producer('Mood', found)).toMatchObject({ groups: [], same: 1, calls: 0 })
    expect((await run(['fox', 'owl'], { prompt: 'paint' })).calls).toHaveLength(3)
  })

  test.each([
    ['with a key', KEY],
    ['without one', ''],
  ])('of a table that was edited, %s: rows that moved are free', async (_, key) => {
    const { against, run } = await open()
    await run(['fox', 'owl', 'cat', 'dog'], { key })
    const edited = ['bear', 'dog', 'fox', 'owl']
    const found = await against(edited, { key })
    expect(found.loops).toMatchObject([{ loop: 'row', added: 1, removed: 1, changed: 0, moved: 1 }])
    expect(found.loops[0]!.addedNames).toEqual([key ? 'bear' : 0])
    expect(found.loops[0]!.removedNames).toEqual([key ? 'cat' : 2])
    const tag = producer('Tag', found)
    expect(tag).toMatchObject({ calls: 1, costUsd: 0.5, removed: key ? 1 : 0 })
    // What stood in the place of the new row has moved.
    expect(tag).toMatchObject({ groups: [{ jobs: 1, again: 0 }] })
    expect((await run(edited, { key })).calls.filter(call => call.startsWith('Tag'))).toHaveLength(1)
  })

  test('of an input, of producers that are new or gone', async () => {
    const { engine, request, against, run } = await open()
    await run(['fox'])
    expect((await against(['fox'], { tone: 'warm' })).inputs).toEqual([
      { setting: 'tone', before: 'dry', after: 'warm' },
    ])
    const before = request(['fox'])
    const { Tag, ...others } = before.blueprint.producers as Record<string, object>
    const producers = { Sum: { ...others.Mood }, Mood: others.Mood }
    const plan = await engine.plan({
      ...before,
      blueprint: { ...before.blueprint, producers } as unknown as BlueprintDefinition,
      against: 'last',
    })
    expect(Tag).toBeDefined()
    expect(plan.against).toMatchObject({
      producers: [
        { producer: 'Sum', isNew: true, groups: [], free: 1 },
        { producer: 'Mood', groups: [], same: 1 },
      ],
      removedProducers: [
        { producer: 'Tag', jobs: 1 },
        { producer: 'All', jobs: 1 },
      ],
    })
  })

  test('of an earlier run, by its id; without one there is nothing to compare with', async () => {
    const { engine, request, run } = await open()
    const none = await engine.plan({ ...request(['fox']), against: 'last' })
    expect(none.against).toBeUndefined()
    const first = await run(['fox'])
    await run(['fox', 'owl'])
    const plan = await engine.plan({ ...request(['fox', 'owl']), against: first.runId })
    expect(plan.against).toMatchObject({ runId: first.runId, loops: [{ added: 1, addedNames: ['owl'] }] })
    // The number of an event, or a time, stands for the newest run that had begun.
    const events: { seq: number; type: string; timestamp: string }[] = []
    for await (const { seq, event } of engine.movie('movie').events())
      events.push({ seq, type: event.type, timestamp: event.timestamp })
    const [began, beganAgain] = events.filter(({ type }) => type === 'run.started')
    const runAt = async (moment: number | string | Date) =>
      (await engine.plan({ ...request(['fox', 'owl']), against: moment })).against?.runId
    const last = await runAt('last')
    expect([await runAt(beganAgain!.seq - 1), await runAt(beganAgain!.seq)]).toEqual([first.runId, last])
    const beforeAgain = new Date(Date.parse(events.find(({ seq }) => seq === began!.seq)!.timestamp))
    expect([await runAt(beforeAgain), await runAt(new Date())]).toEqual([first.runId, last])
    await expect(runAt(began!.seq - 1)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
    await expect(runAt(9_999)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
    await expect(engine.plan({ ...request(['fox']), against: 'no-run' })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
    })
  })

  test('what looks like a secret is masked, and what only a digest tells is named', async () => {
    const { engine } = await open()
    const secretive = (apiKey: string, temperature: number): BlueprintDefinition => ({
      name: 'secretive',
      producers: {
        A: { provider: 'p', config: { apiKey, temperature }, with: { text: 'x' }, outputs: { Text: 'text' } },
      },
    })
    await runAll(engine, { blueprint: secretive('sk-abcdefghijklmnop', 1) })
    const plan = await engine.plan({ blueprint: secretive('sk-qrstuvwxyzabcdef', 2), against: 'last' })
    expect(plan.against!.producers[0]!.settings).toContainEqual({
      setting: 'config.temperature',
      before: '1',
      after: '2',
    })
    expect(JSON.stringify(plan.against)).not.toMatch(/abcdefgh|qrstuvw/)
  })
})
