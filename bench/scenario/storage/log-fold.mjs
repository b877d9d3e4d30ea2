import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { openMovie, readMovie } from '../../../dist/coordinator/state/open-movie.js'
import { LOG_START } from '../../../dist/model/movie/log-position.js'
import { movieId } from '../../../dist/model/movie-id.js'
import { openStore } from '../../../dist/storage/open-store.js'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { timeRow } from '../../report/row.mjs'
import { eventsOfJobs } from '../../support/events.mjs'
import { planOf } from '../../support/plan.mjs'
import { withFolder } from '../../support/temporary-folder.mjs'

const MOVIE = movieId('bench')
const JOBS_A_BATCH = 500

/** Opening a long log and folding it into a state, against nothing but JSON.parse over its lines. */
export async function logFold(/** @type {boolean} */ isSmoke) {
  const events = isSmoke ? 4_000 : 1_000_000
  const jobs = events / 2
  return withFolder(async folder => {
    const store = await openStore(`file:${folder}`)
    const plan = planOf(jobs)
    const writer = await store.log(MOVIE).openWriter({ holder: 'bench', after: LOG_START, onBatch: () => {} })
    for (let first = 0; first < jobs; first += JOBS_A_BATCH)
      await writer.append(eventsOfJobs(first, JOBS_A_BATCH))
    await writer.close()

    const file = join(folder, MOVIE, 'events.jsonl')
    const theirs = () => timed(() => parseLines(file))
    const fold = await measurePairs(isSmoke ? 1 : 5, {
      ours: () =>
        timed(async () => {
          const { movie } = await readMovie(store, MOVIE, plan.createSlots())
          if (movie.jobState(jobs - 1) !== 'succeeded') throw new Error('the log was not folded')
        }),
      theirs,
    })
    const opened = await measurePairs(isSmoke ? 1 : 5, {
      ours: () =>
        timed(async () => {
          const movie = await openMovie(store, MOVIE, plan.createSlots(), 'bench')
          await movie.writer.close()
        }),
      theirs,
    })
    const count = events.toLocaleString('en-US')
    const against = 'JSON.parse over its lines'
    const why =
      'Besides parsing, each line has its CRC-32 checked and its number compared, and each event finds its slots in a state of columns.'
    return [
      timeRow({ name: `fold a log of ${count} events`, goal: 2, against, why }, fold),
      timeRow({ name: `open a log of ${count} events`, goal: 2, against, why }, opened),
    ]
  })
}

/** @param {string} file */
async function parseLines(file) {
  let count = 0
  let rest = ''
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '' && JSON.parse(line) !== null) count++
  }
  return count
}
