import { expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, inline } from '../../../../dist/index.js'
import { newStore, runAll, testEngine } from '../../../support/engine-fixture.js'

const blueprint = (options: { key?: string; reuse?: false }): BlueprintDefinition => ({
  name: 'keys',
  inputs: { rows: { type: 'table' } },
  loops: { row: { over: '${inputs.rows}', ...(options.key && { key: options.key }) }, take: { count: 2 } },
  producers: {
    Say: {
      loop: ['row', 'take'],
      provider: 'p',
      with: { text: '${row.text}' },
      outputs: { Text: 'text' },
      ...(options.reuse === false && { reuse: false }),
    },
  },
})
const rows = (texts: string, options: { key?: string; reuse?: false } = {}) => ({
  blueprint: blueprint(options),
  inputs: { rows: texts.split(' ').map(text => ({ text })) },
})

/** Calls of an engine whose first run ends while its calls are in flight, as `text take`, with their keys. */
async function interrupted(first: ReturnType<typeof rows>, count: number, hasCheckpoints = false) {
  const keys: Record<string, string> = {}
  let isSlow = true
  let run: ReturnType<Engine['run']> | undefined
  const p = inline(async ({ inputs: { text }, jobId }, { idempotencyKey, signal, checkpoint }) => {
    keys[`${text} ${jobId.at(-2)}`] = idempotencyKey
    if (hasCheckpoints && isSlow) await checkpoint('at the service')
    if (isSlow && Object.keys(keys).length === count) run?.cancel()
    if (isSlow)
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('over'))))
    return { outputs: { Text: `${text}!` } }
  })
  const engine = await testEngine({ store: await newStore('file'), providers: { p }, concurrency: 10 })
  run = engine.run(first)
  expect(await run).toMatchObject({ status: 'cancelled' })
  isSlow = false
  const take = () => {
    const taken = { ...keys }
    for (const call of Object.keys(keys)) delete keys[call]
    return taken
  }
  return { engine, take }
}

test('a row that moves while it is called keeps its idempotency key, without a key for its loop', async () => {
  const { engine, take } = await interrupted(rows('a b c'), 6)
  const before = take()
  expect(new Set(Object.values(before)).size).toBe(6)
  await runAll(engine, rows('x c a b'))
  const { 'x 0': _, 'x 1': __, ...after } = take()
  expect(after).toEqual(before)
  await runAll(engine, { ...rows('x c a b'), regenerate: ['Say'] })
  const again = Object.values(take())
  expect(again).toHaveLength(8)
  for (const key of again) expect(Object.values(before)).not.toContain(key)
})

test('equal rows that share no result have different keys', async () => {
  const calls: string[] = []
  const p = inline((_, { idempotencyKey }) => {
    calls.push(idempotencyKey)
    return { outputs: { Text: 'made' } }
  })
  const engine = await testEngine({ store: 'memory:', providers: { p } })
  await runAll(engine, rows('a a', { reuse: false }))
  expect(new Set(calls).size).toBe(4)
})

test.each([
  ['moves', rows('x a')],
  ['gets a key', rows('a', { key: '${row.text}' })],
])('work at a service keeps the key that it was submitted with when its row %s', async (_, next) => {
  const { engine, take } = await interrupted(rows('a'), 2, true)
  const before = take()
  await runAll(engine, next)
  expect(take()).toMatchObject(before)
})
