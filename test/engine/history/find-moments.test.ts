import { expect, test } from 'vitest'
import { findMoments } from '../../../src/engine/history/find-moments.js'
import type { MovieEvent } from '../../../src/model/movie/event.js'
import { movieId } from '../../../src/model/movie-id.js'
import type { Store } from '../../../src/storage/store.js'

/** Runs of three events each, a batch a run, and how many batches were read. */
function runs(count: number) {
  let read = 0
  const at = (seq: number) => new Date(Date.UTC(2026, 0, 1, 0, seq)).toISOString()
  async function* batches() {
    for (let run = 0; run < count; run++) {
      read++
      const first = run * 3 + 1
      const types = ['run.started', 'job.skipped', 'run.finished']
      yield {
        events: types.map((type, index) => ({
          seq: first + index,
          event: { type, runId: `r${run}`, timestamp: at(first + index) } as unknown as MovieEvent,
        })),
      }
    }
  }
  const store = { log: () => ({ read: batches }) } as unknown as Store
  return {
    at,
    find: async (...moments: (string | number | undefined)[]) => {
      read = 0
      const wanted = moments.map((moment, index) => ({
        moment,
        side: index === 0 && moments.length === 2 ? ('before' as const) : ('after' as const),
      }))
      const found = await findMoments(store, movieId('movie'), wanted)
      return { seqs: found.map(({ seq }) => seq), read }
    },
  }
}

test('a log is read as far as the moments are known', async () => {
  const { at, find } = runs(100)
  expect(await find(2, 4)).toEqual({ seqs: [2, 4], read: 2 })
  expect(await find(0, 'r2')).toEqual({ seqs: [0, 9], read: 3 })
  expect(await find('r1', 'r1')).toEqual({ seqs: [3, 6], read: 2 })
  expect(await find(at(5))).toEqual({ seqs: [5], read: 2 })
  expect(await find(undefined)).toEqual({ seqs: [300], read: 100 })
  await expect(find(999)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
})
