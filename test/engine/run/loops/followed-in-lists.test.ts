import { beforeEach, describe, expect, test } from 'vitest'
import {
  type BlueprintDefinition,
  type Engine,
  inline,
  type ProduceFunction,
} from '../../../../dist/index.js'
import { Calls, newStore, runAll, testEngine } from '../../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'film',
  inputs: { scenes: 'json' },
  loops: { scene: { over: '${Write.Scenes}', max: 5 } },
  producers: {
    Write: { provider: 'writer', with: { scenes: '${inputs.scenes}' }, outputs: { Scenes: 'json' } },
    Say: { loop: 'scene', provider: 'p', with: { text: '${scene.text}' }, outputs: { Text: 'text' } },
  },
}
const long = 'x'.repeat(20_000)
const scenesOf = (names: string) =>
  names.split(' ').flatMap(name => (name === '' ? [] : [{ text: name, notes: `${name} ${long}` }]))
const scenes = (names: string) => ({ blueprint, inputs: { scenes: scenesOf(names) } })

let engine: Engine
const calls = new Calls()
const writer: ProduceFunction = ({ inputs }) => ({ outputs: { Scenes: inputs.scenes as never } })
beforeEach(async () => {
  const p = calls.provider(({ inputs: { text } }) => ({ outputs: { Text: `${text}!` } }))
  engine = await testEngine({ store: await newStore('file'), providers: { p, writer: inline(writer) } })
})

async function texts(count: number): Promise<unknown[]> {
  const found: unknown[] = []
  for (let at = 0; at < count; at++) found.push((await engine.movie('film').output('Say', at))?.Text)
  return found
}

describe('what is kept for an element of a list that a job makes', () => {
  beforeEach(async () => {
    await runAll(engine, scenes('a b c'))
    await engine.movie('film').edit('Say[1].Text', 'my b')
    calls.take()
  })

  test('follows it when the list is edited', async () => {
    await engine.movie('film').edit('Write.Scenes', scenesOf('x c b'))
    expect((await engine.plan(scenes('a b c'))).orphaned).toEqual([])
    await runAll(engine, scenes('a b c'))
    expect(await texts(3)).toEqual(['x!', 'c!', 'my b'])
    expect(calls.take()).toHaveLength(1)
    expect(await engine.movie('film').verify()).toMatchObject({ isClean: true })
  })

  test('waits for it while the loop cannot run over the list', async () => {
    await engine.movie('film').edit('Write.Scenes', 'no list')
    expect(await engine.run(scenes('a b c'))).toMatchObject({ status: 'failed' })
    await engine.movie('film').edit('Write.Scenes', scenesOf('b a'))
    await runAll(engine, scenes('a b c'))
    expect(await texts(2)).toEqual(['my b', 'a!'])
    expect(calls.take()).toEqual([])
  })

  test('is named by plan, run and status when it is gone', async () => {
    await engine.movie('film').edit('Write.Scenes', scenesOf('a c'))
    const { orphaned } = await engine.plan(scenes('a b c'))
    expect(orphaned).toHaveLength(1)
    expect((await engine.plan(scenes('a b c d'))).orphaned).toEqual(orphaned)
    expect((await runAll(engine, scenes('a b c'))).orphaned).toHaveLength(1)
    expect((await engine.movie('film').status()).orphaned).toHaveLength(1)
    expect(await texts(2)).toEqual(['a!', 'c!'])
  })

  test('gets the key of its element when the loop gets one', async () => {
    const loops = { scene: { over: '${Write.Scenes}', max: 5, key: '${scene.text}' } }
    await runAll(engine, { ...scenes('c b'), blueprint: { ...blueprint, loops } })
    expect(await engine.movie('film').output('Say', 'b')).toEqual({ Text: 'my b' })
    expect(await engine.movie('film').output('Say', 'c')).toEqual({ Text: 'c!' })
  })
})

test('work that is at a service is fetched for its element when the list is made again in another order', async () => {
  const resumed: unknown[] = []
  let isSlow = true
  let waiting = 0
  let run: ReturnType<Engine['run']> | undefined
  const p = inline(async ({ inputs: { text } }, context) => {
    resumed.push([text, context.resume ?? null])
    if (isSlow) {
      await context.checkpoint(`job of ${text}`)
      if (++waiting === 3) run?.cancel()
      await new Promise((_, reject) =>
        context.signal.addEventListener('abort', () => reject(new Error('over'))),
      )
    }
    return { outputs: { Text: `${text}!` } }
  })
  engine = await testEngine({ store: await newStore('file'), providers: { p, writer: inline(writer) } })
  run = engine.run(scenes('a b c'))
  expect(await run).toMatchObject({ status: 'cancelled' })
  isSlow = false
  resumed.length = 0
  await runAll(engine, scenes('c x a'))
  expect(resumed.sort()).toEqual([
    ['a', 'job of a'],
    ['c', 'job of c'],
    ['x', null],
  ])
})
