import { afterEach, expect, test } from 'vitest'
import type { BlobHash, RunId } from '../../../src/model/id.js'
import type { Broker, Pipe, Ticket } from '../../../src/workers/fleet/broker/broker.js'

let nameCount = 0

export const ticket = (run = 'run', { movieId = 'movie', token = 3 } = {}): Ticket => ({
  run: run as RunId,
  token,
  movieId,
  descriptor: { hash: 'h' as BlobHash, sizeBytes: 1, mimeType: 'application/json' },
})

/** Reads a pipe until the test is over. */
export function reader(pipe: Pipe) {
  const stop = new AbortController()
  const heard: { at: string; frame: string }[] = []
  let look = () => {}
  const reading = pipe.read((at, frame) => {
    heard.push({ at, frame })
    look()
  }, stop.signal)
  const count = (wanted: number) =>
    new Promise<void>(resolve => {
      look = () => {
        if (heard.length >= wanted) resolve()
      }
      look()
    })
  const end = async () => {
    stop.abort()
    await reading
  }
  return { heard, count, end, frames: () => heard.map(({ frame }) => frame) }
}

/** What every engine for queues promises to a fleet. @param open each call takes part in the same fleet */
export function brokerContract(open: (fleet: string) => Promise<Broker> | Broker): void {
  const brokers: Broker[] = []
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map(broker => broker[Symbol.asyncDispose]()))
  })
  async function opened(fleet = `fleet-${process.pid}-${++nameCount}`) {
    const broker = await open(fleet)
    brokers.push(broker)
    return { fleet, broker }
  }
  test('a pipe gives every reader all frames, those that were sent before as well, in order', async () => {
    const { broker } = await opened()
    const pipe = broker.pipe('one')
    await pipe.send('a')
    const first = reader(pipe)
    await first.count(1)
    const many = Array.from({ length: 300 }, (_, frame) => `frame ${frame} \0 ü`)
    await Promise.all(many.map(frame => pipe.send(frame)))
    const second = reader(broker.pipe('one'))
    await Promise.all([first.count(301), second.count(301)])
    expect(first.frames()).toEqual(['a', ...many])
    expect(second.frames()).toEqual(['a', ...many])
    await Promise.all([first.end(), second.end()])
  })

  test('a pipe forgets what it is told to, and keeps the rest', async () => {
    const { broker } = await opened()
    const pipe = broker.pipe('one')
    for (const frame of ['a', 'b', 'c']) await pipe.send(frame)
    const first = reader(pipe)
    await first.count(3)
    await pipe.forget(first.heard[1]!.at)
    await first.end()
    const second = reader(pipe)
    await second.count(1)
    expect(second.frames()).toEqual(['c'])
    await second.end()
    await pipe.remove()
    await pipe.send('d')
    const third = reader(pipe)
    await third.count(1)
    expect(third.frames()).toEqual(['d'])
    await third.end()
  })

  test('a reader that stops hears nothing more, and pipes do not mix', async () => {
    const { broker } = await opened()
    const [one, other] = [reader(broker.pipe('one')), reader(broker.pipe('other'))]
    await broker.pipe('one').send('a')
    await one.count(1)
    await one.end()
    await broker.pipe('one').send('b')
    await broker.pipe('other').send('c')
    await other.count(1)
    expect([one.frames(), other.frames()]).toEqual([['a'], ['c']])
    await other.end()
  })

  test('as many tickets are served as are wanted, at most so many at once', async () => {
    const { broker } = await opened()
    const served: Ticket[] = []
    const ends: (() => void)[] = []
    let look = () => {}
    const count = (wanted: number) =>
      new Promise<void>(resolve => {
        look = () => {
          if (served.length >= wanted) resolve()
        }
        look()
      })
    const serving = broker.serve(2, async taken => {
      served.push(taken)
      look()
      await new Promise<void>(resolve => ends.push(resolve))
    })
    await broker.want(ticket(), 3)
    await count(2)
    expect(await broker.demand()).toEqual({ waiting: 1, served: 2 })
    ends.shift()!()
    await count(3)
    expect(served).toEqual([ticket(), ticket(), ticket()])
    for (const end of ends) end()
    await serving.drain()
    expect(await broker.demand()).toEqual({ waiting: 0, served: 0 })
  })

  test('tickets that nobody has taken are withdrawn with those of earlier runs, later ones and other movies keep theirs', async () => {
    const { broker } = await opened()
    await broker.want(ticket('one'), 3)
    await broker.want(ticket('before', { token: 2 }), 1)
    await broker.want(ticket('later', { token: 4 }), 1)
    await broker.want(ticket('other', { movieId: 'other' }), 1)
    await broker.want(ticket('one'), 0)
    expect((await broker.demand()).waiting).toBe(2)
    const served: string[] = []
    const taken = new Promise<void>(resolve => {
      broker.serve(4, async ({ run }) => {
        if (served.push(run) === 2) resolve()
      })
    })
    await taken
    expect(served).toEqual(['later', 'other'])
  })

  test('sessions of a movie are known until they have ended', async () => {
    const { broker, fleet } = await opened()
    await broker.enlist('movie', 'a')
    await broker.enlist('movie', 'b')
    await broker.enlist('other', 'c')
    await broker.delist('movie', 'a')
    await broker.delist('movie', 'nobody')
    expect(await broker.sessions('movie')).toEqual(['b'])
    expect(await (await opened(fleet)).broker.sessions('other')).toEqual(['c'])
  })

  test('a register changes only from what it was', async () => {
    const { fleet, broker } = await opened()
    const { broker: other } = await opened(fleet)
    const register = broker.register('limit/one')
    const { text, nowMs } = await register.read()
    expect(text).toBeUndefined()
    expect(Math.abs(nowMs - Date.now())).toBeLessThan(60_000)
    expect(await register.replace(undefined, 'a ü')).toBe(true)
    expect(await other.register('limit/one').replace(undefined, 'b')).toBe(false)
    expect((await other.register('limit/one').read()).text).toBe('a ü')
    expect(await other.register('limit/one').replace('a ü', 'b')).toBe(true)
    expect((await register.read()).text).toBe('b')
    expect((await broker.register('limit/two').read()).text).toBeUndefined()
  })

  test('of many that change a register at the same time, one does', async () => {
    const { broker } = await opened()
    const register = broker.register('limit/one')
    const changes = Array.from({ length: 20 }, (_, number) => register.replace(undefined, String(number)))
    expect((await Promise.all(changes)).filter(Boolean)).toHaveLength(1)
  })
}
