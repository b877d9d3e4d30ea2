import { describe, expect, test } from 'vitest'
import { type Sabotage, simulate } from './segment-simulation.js'

/** `SEED=17 npm run simulate` replays one seed, `SEEDS=1000000 npm run simulate` tries many. */
const first = Number(process.env.SEED ?? 1)
const count = process.env.SEED === undefined ? Number(process.env.SEEDS ?? 10_000) : 1

let acknowledged = 0

async function failingSeed(seeds: number, from: number, sabotage?: Sabotage): Promise<string | undefined> {
  for (let seed = from; seed < from + seeds; seed++) {
    try {
      acknowledged += await simulate(seed, sabotage)
    } catch (error) {
      return `seed ${seed} (replay: SEED=${seed} npm run simulate): ${error}`
    }
  }
  return undefined
}

test(
  `${count} simulations of writers, crashes and a faulty network lose nothing`,
  async () => {
    expect(await failingSeed(count, first)).toBeUndefined()
    // They came to something.
    expect(acknowledged / count).toBeGreaterThan(1)
  },
  24 * 60 * 60_000,
)

describe('a rule that is broken is noticed', () => {
  const broken: Record<string, Sabotage> = {
    'an outcome that is not known is taken for success': (files, _server, objects) =>
      Object.assign(files, {
        async create(path: string, bytes: Buffer) {
          const outcome = await objects.putIfAbsent(
            path,
            { sizeBytes: bytes.length, body: () => bytes, async [Symbol.asyncDispose]() {} },
            path,
          )
          return outcome.state === 'conflict' ? 'exists' : 'created'
        },
      }),
    'it is acknowledged before it is there': files => {
      const create = files.create.bind(files)
      return Object.assign(files, {
        async create(path: string, bytes: Buffer) {
          if (path.endsWith('1.jsonl')) return await create(path, bytes)
          void create(path, bytes).catch(() => {})
          return 'created' as const
        },
      })
    },
    'the name of a segment is used again': (files, server, objects) =>
      Object.assign(files, {
        async create(path: string, bytes: Buffer) {
          await objects.step()
          server.put(path, bytes, path, false)
          return 'created' as const
        },
      }),
  }

  test.each(Object.keys(broken))('%s', async name => {
    expect(await failingSeed(500, 1, broken[name])).toMatch(/^seed \d+/)
  })
})
