import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, inline, type ProbeRequest } from '../../dist/index.js'
import { testEngine } from '../support/engine-fixture.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** `engine.probe` beside what else an engine does; what a probe concludes is tested where the command is. */

const blueprint: BlueprintDefinition = {
  name: 'book',
  producers: {
    Title: { provider: 'titles', outputs: { Text: 'text' } },
    Picture: { provider: 'images', with: { title: '${Title.Text}' }, outputs: { Text: 'text' } },
  },
}
const seen: unknown[] = []
const providers = {
  titles: inline(() => ({ outputs: { Text: 'Fox' } })),
  images: inline(({ inputs, outputs }) => {
    seen.push(inputs)
    return { outputs: { [Object.keys(outputs)[0]!]: 'made' }, costUsd: 0.5 }
  }),
  // Until the attempt is ended.
  stuck: inline((_, { signal }) => {
    signal.throwIfAborted()
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  }),
}
const provider: ProbeRequest = { provider: 'images', with: { title: 'A ${fox}' }, maxCalls: 20 }
const stuck: ProbeRequest = { provider: 'stuck' }

test('a producer is probed by what the movie has, which stays as it is, and the engine runs on', async () => {
  const engine = await testEngine({ store: 'memory:', providers })
  await engine.run({ blueprint })
  const movie = engine.movie(blueprint)
  const { events } = await movie.status()
  seen.length = 0
  const report = await engine.probe({ blueprint, producer: 'Picture', maxCalls: 20 })
  expect(report).toMatchObject({ provider: 'images', producer: 'Picture', calls: 20, costUsd: 10 })
  expect(seen).toEqual(Array.from({ length: 20 }, () => ({ title: 'Fox' })))
  expect((await movie.status()).events).toBe(events)
  expect(await engine.run({ blueprint })).toMatchObject({ status: 'succeeded', counts: { cached: 2 } })
})

test('a provider alone is probed without the store', async () => {
  const folder = await temporaryFolder()
  const engine = await testEngine({ store: `file:${folder}/movies`, providers })
  seen.length = 0
  expect(await engine.probe(provider)).toMatchObject({ provider: 'images', calls: 20, costUsd: 10 })
  expect(seen[0]).toEqual({ title: 'A ${fox}' })
  expect(await readdir(folder)).toEqual([])
})

describe('a probe ends, and says that it was cut short,', () => {
  test('when its signal is aborted', async () => {
    const engine = await testEngine({ store: 'memory:', providers })
    const stop = new AbortController()
    const report = await engine.probe({ ...stuck, signal: stop.signal, onProgress: () => stop.abort() })
    expect(report).toMatchObject({ ended: 'interrupted', isInterrupted: true, recommended: undefined })
    expect(await engine.run({ blueprint })).toMatchObject({ status: 'succeeded' })
  })

  test('when its signal was aborted before, without a call', async () => {
    const engine = await testEngine({ store: 'memory:', providers })
    const report = await engine.probe({ ...provider, signal: AbortSignal.abort() })
    expect(report).toMatchObject({ isInterrupted: true, calls: 0, levels: [] })
  })

  test('when the engine is closed, which waits for it', async () => {
    const engine = await testEngine({ store: 'memory:', providers })
    const ended: string[] = []
    const progress = new Promise<void>(resolve => {
      engine
        .probe({ ...stuck, onProgress: () => resolve() })
        .then(({ isInterrupted }) => ended.push(isInterrupted ? 'probe' : 'too late'))
    })
    await progress
    await engine.close()
    ended.push('engine')
    expect(ended).toEqual(['probe', 'engine'])
    await expect(engine.probe(provider)).rejects.toMatchObject({ code: 'ENGINE_CLOSED' })
  })
})

test.each<[unknown, string, string]>([
  [undefined, 'USAGE_INVALID', 'engine.probe()'],
  [{ ...provider, maxCall: 5 }, 'USAGE_INVALID', 'maxCalls'],
  [{ ...provider, provider: 'imagse' }, 'PROVIDER_UNKNOWN', 'images'],
  [{ ...provider, maxCostUsd: 5 }, 'BUDGET_UNPRICED', 'images'],
  [{ blueprint }, 'USAGE_INVALID', 'Title, Picture'],
])('%j is refused', async (request, code, message) => {
  const engine = await testEngine({ store: 'memory:', providers })
  const probing = engine.probe(request as ProbeRequest)
  await expect(probing).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
})
