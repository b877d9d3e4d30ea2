import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { LOG_START } from '../../dist/model/movie/log-position.js'
import { movieId } from '../../dist/model/movie-id.js'
import { openStore } from '../../dist/storage/open-store.js'
import { lines300 } from '../support/events.mjs'

const COUNT = 64

/** One append of a small group, durable. @param {string} folder */
export async function append(folder) {
  const store = await openStore(`file:${folder}`)
  const writer = await store
    .log(movieId('append'))
    .openWriter({ holder: 'bench', after: LOG_START, onBatch: () => {} })
  const events = lines300(0, COUNT)
  const bytes = Buffer.alloc(COUNT * 300, 'x')
  const plain = await open(join(folder, 'plain'), 'a')
  return {
    name: 'append 64 events of 300 B',
    count: COUNT,
    against: 'the same bytes: write and fdatasync',
    async ours() {
      await writer.append(events)
    },
    async theirs() {
      await plain.write(bytes)
      await plain.datasync()
    },
    async close() {
      await writer.close()
      await plain.close()
    },
  }
}
