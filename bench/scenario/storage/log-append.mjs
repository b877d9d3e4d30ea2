import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { LOG_START } from '../../../dist/model/movie/log-position.js'
import { movieId } from '../../../dist/model/movie-id.js'
import { openStore } from '../../../dist/storage/open-store.js'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { speedRow } from '../../report/row.mjs'
import { lines300 } from '../../support/events.mjs'
import { withFolder } from '../../support/temporary-folder.mjs'

/** What the coordinator's mailbox gives at most in one take. */
const BATCH_COUNT = 1_024
const LINE_BYTES = 300

/** Events of 300 bytes, encoded and appended in groups, each group synced, against writing the same bytes. */
export async function logAppend(/** @type {boolean} */ isSmoke) {
  const batches = isSmoke ? 4 : 250
  const events = Array.from({ length: batches }, (_, batch) => lines300(batch * BATCH_COUNT, BATCH_COUNT))
  const bytes = Buffer.alloc(BATCH_COUNT * LINE_BYTES, 'x')
  return withFolder(async folder => {
    const store = await openStore(`file:${folder}`)
    const append = async (/** @type {number} */ pair) => {
      const log = store.log(movieId(`log-${pair + 1}-${Date.now()}`))
      const writer = await log.openWriter({ holder: 'bench', after: LOG_START, onBatch: () => {} })
      const ms = await timed(async () => {
        for (const batch of events) await writer.append(batch)
      })
      await writer.close()
      return ms
    }
    const write = async (/** @type {number} */ pair, /** @type {boolean} */ isSynced) => {
      const file = await open(join(folder, `plain-${pair}`), 'w')
      const ms = await timed(async () => {
        for (let batch = 0; batch < batches; batch++) {
          await file.write(bytes)
          if (isSynced) await file.datasync()
        }
        await file.datasync()
      })
      await file.close()
      return ms
    }
    const writeJson = async (/** @type {number} */ pair) => {
      const file = await open(join(folder, `json-${pair}`), 'w')
      const ms = await timed(async () => {
        for (const batch of events) {
          await file.write(batch.map(event => `${JSON.stringify(event)}\n`).join(''))
          await file.datasync()
        }
      })
      await file.close()
      return ms
    }
    const count = isSmoke ? 1 : 9
    const plain = await measurePairs(count, { ours: append, theirs: pair => write(pair, false) })
    const synced = await measurePairs(count, { ours: append, theirs: pair => write(pair, true) })
    const json = await measurePairs(count, { ours: append, theirs: writeJson })
    const about = { amount: batches * BATCH_COUNT, per: ' events/s' }
    return [
      speedRow(
        {
          ...about,
          name: 'append 300 B events, fdatasync a group',
          goal: 0.5,
          against: 'the same bytes written in sequence, one fdatasync at the end',
          why: 'The plain write has its bytes ready and leaves them to the page cache until the end. Here each line is made, numbered and given its CRC-32, which takes 1.1 µs, about 270 MB/s: a disk that writes faster than 540 MB/s waits for the lines, whatever the log does. The next two rows take the syncs and the lines away.',
        },
        plain,
      ),
      speedRow(
        {
          ...about,
          name: 'append, as many fdatasyncs',
          against: 'the same bytes written, fdatasync as often',
        },
        synced,
      ),
      speedRow(
        {
          ...about,
          name: 'append, the lines made as well',
          against: 'JSON.stringify of each event, written, fdatasync as often',
        },
        json,
      ),
    ]
  })
}
