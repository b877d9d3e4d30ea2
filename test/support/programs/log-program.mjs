// One of several processes that open and append to the same log at once: `node log-program.mjs url id rounds`.
// Prints each batch's numbers once it is acknowledged, so that whoever kills it knows what must be there.
import * as fs from 'node:fs'
import { LOG_START } from '../../../dist/model/movie/log-position.js'
import { movieId } from '../../../dist/model/movie-id.js'
import { openStore } from '../../../dist/storage/open-store.js'

const [url, id, rounds] = process.argv.slice(2)
const log = (await openStore(url)).log(movieId('atlas'))
let number = Number(id) * 1_000_000

for (let round = 0; round < Number(rounds); round++) {
  let writer
  try {
    // Whoever is outrun again and again until its time to open is over is as fenced as one that writes.
    writer = await log.openWriter({ holder: id, after: LOG_START, onBatch() {} })
    for (let batch = 0; batch < 15; batch++) {
      const numbers = Array.from({ length: 1 + (number % 200) }, () => number++)
      await writer.append(
        numbers.map(each => ({
          type: 'artifact',
          artifactId: `Producer:Picture[${each}].Image`,
          value: 'x'.repeat(each % 900),
          timestamp: '',
        })),
      )
      // One write of its own for each batch: a kill loses a whole line or none.
      fs.writeSync(1, `${numbers[0]} ${numbers.length}\n`)
    }
  } catch (error) {
    if (error.code !== 'WRITER_FENCED') throw error
  } finally {
    await writer?.close()
  }
}
