import { describe, expect, test } from 'vitest'
import { rounds } from '../support/rounds.js'
import { simulateMovie } from './movie-simulation.js'
import { type Sabotage, simulate } from './segment-simulation.js'

/** `SEED=17 npm run simulate` replays one seed, `SEEDS=1000000 npm run simulate` tries many instead of 10,000. */
const first = Number(process.env.SEED ?? 1)
const count = process.env.SEED === undefined ? Number(process.env.SEEDS ?? rounds(1_500, 10_000)) : 1

type Simulation = (seed: number, sabotage?: Sabotage) => Promise<number>

/** Runs seeds until one fails; gives how much was acknowledged in all, or what went wrong. */
async function run(
  simulation: Simulation,
  seeds: { readonly from: number; readonly count: number },
  sabotage?: Sabotage,
): Promise<number | string> {
  let acknowledged = 0
  for (let seed = seeds.from; seed < seeds.from + seeds.count; seed++) {
    try {
      acknowledged += await simulation(seed, sabotage)
    } catch (error) {
      return `seed ${seed} (replay: SEED=${seed} npm run simulate): ${error}`
    }
  }
  return acknowledged
}

// Each must have come to something: so much was acknowledged in a run on average.
test.each<[string, Simulation, number, number]>([
  ['of writers: nothing is lost, doubled or seen in another order', simulate, count, 1],
  ['of movies with the coordinator: each job succeeds once', simulateMovie, Math.ceil(count / 4), 9],
])(
  'simulations %s',
  async (_name, simulation, seeds, expected) => {
    const acknowledged = await run(simulation, { from: first, count: seeds })
    expect(typeof acknowledged === 'string' ? acknowledged : 'nothing failed').toBe('nothing failed')
    expect((acknowledged as number) / seeds).toBeGreaterThan(expected)
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
    expect(await run(simulate, { from: 1, count: 500 }, broken[name])).toMatch(/^seed \d+/)
    expect(await run(simulateMovie, { from: 1, count: 500 }, broken[name])).toMatch(/^seed \d+/)
  })
})
