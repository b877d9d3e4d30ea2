import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { LOG_START } from '../../../dist/model/movie/log-position.js'
import { movieId } from '../../../dist/model/movie-id.js'
import { openStore } from '../../../dist/storage/open-store.js'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { watchMemory } from '../../measure/watch-memory.mjs'
import { figureRow, number, timeRow } from '../../report/row.mjs'
import { withFolder } from '../../support/temporary-folder.mjs'

const HASH = '0123456789abcdef'.repeat(4)
const HEADER = { position: LOG_START, savedAt: '2026-01-01T00:00:00.000Z', lastRun: null, costUsd: 0 }

/** A manifest of many artifacts, streamed out and in, against streaming the same records as plain JSON lines. */
export async function manifest(/** @type {boolean} */ isSmoke) {
  const count = isSmoke ? 2_000 : 1_000_000
  return withFolder(async folder => {
    const store = await openStore(`file:${folder}`)
    const plain = join(folder, 'plain.jsonl')
    const grownMegabytes = /** @type {number[]} */ ([])
    let movies = 0
    let newest = store.manifests(movieId('bench-0'))
    const save = async () => {
      newest = store.manifests(movieId(`bench-${++movies}`))
      const memory = watchMemory()
      const ms = await timed(() =>
        newest.save({ header: HEADER, artifacts: records(count), jobs: [] }, undefined),
      )
      grownMegabytes.push(memory.stop() / 1e6)
      return ms
    }
    const pairs = isSmoke ? 1 : 5
    const saved = await measurePairs(pairs, {
      ours: save,
      theirs: () => timed(() => writeLines(plain, count)),
    })
    let read = 0
    const loaded = await measurePairs(pairs, {
      ours: () => timed(() => newest.load({ artifact: () => read++, job: () => {} })),
      theirs: () => timed(() => readLines(plain)),
    })
    if (read % count !== 0) throw new Error(`${read} records read`)
    const name = `manifest of ${count.toLocaleString('en-US')} artifacts`
    return [
      timeRow({ name: `${name}, saved`, against: 'JSON.stringify and a write stream, fsync' }, saved),
      timeRow({ name: `${name}, loaded`, against: 'a read stream and JSON.parse a line' }, loaded),
      figureRow(
        {
          name: `${name}, memory while saving`,
          unit: 'MB',
          better: 'at most',
          measured: 'growth of resident memory at its peak',
          against: `a file of ${number((count * 150) / 1e6)} MB or more`,
        },
        grownMegabytes.slice(1),
      ),
    ]
  })
}

/** @param {number} count @returns {Generator<any>} */
function* records(count) {
  for (let index = 0; index < count; index++)
    yield { artifactId: `Producer:Work[${index}].Text`, value: `text ${index}`, hash: HASH }
}

/** @param {string} path @param {number} count */
async function writeLines(path, count) {
  function* chunks() {
    let lines = ''
    for (const record of records(count)) {
      lines += `${JSON.stringify(record)}\n`
      if (lines.length < 1 << 16) continue
      yield lines
      lines = ''
    }
    yield lines
  }
  await pipeline(Readable.from(chunks()), createWriteStream(path, { flush: true }))
}

/** @param {string} path */
async function readLines(path) {
  let rest = ''
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) JSON.parse(line)
  }
}
