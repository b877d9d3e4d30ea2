import { expect, test } from 'vitest'
import { rounds } from '../../support/rounds.js'
import { type Sabotage, simulateFleet } from './fleet-simulation.js'
import { SABOTAGES } from './sabotages.js'

/**
 * `SEED=17 npm run simulate` replays one seed, `SEEDS=100000 npm run simulate` tries so many, and with both so many from
 * that one on.
 */
const first = Number(process.env.SEED ?? 1)
const count = Number(process.env.SEEDS ?? (process.env.SEED === undefined ? rounds(60, 5_000) : 1))
/** Within so many seeds, each broken rule is noticed. */
const SABOTAGED_SEEDS = 600

/** Runs seeds until one fails. @returns what came of them, or what went wrong */
async function run(
  seeds: number,
  open?: () => Sabotage | Promise<Sabotage>,
): Promise<string | { deaths: number }> {
  let deaths = 0
  for (let seed = first; seed < first + seeds; seed++) {
    try {
      deaths += (await simulateFleet(seed, await open?.())).deaths
    } catch (error) {
      return `seed ${seed} (replay: SEED=${seed} npm run simulate): ${error}`
    }
  }
  return { deaths }
}

test(
  'a fleet loses nothing, and pays nothing twice that has a key or a checkpoint, whatever dies or is cut off',
  async () => {
    const made = await run(count)
    expect(made).toEqual({ deaths: expect.any(Number) })
    // Otherwise it would have shown nothing.
    if (count > 1) expect((made as { deaths: number }).deaths / count).toBeGreaterThan(0.5)
  },
  24 * 60 * 60_000,
)

test.each(Object.entries(SABOTAGES))(
  'a rule that is broken is noticed: %s',
  async (_, open) => {
    expect(await run(SABOTAGED_SEEDS, open)).toMatch(/^seed \d+/)
  },
  600_000,
)
