import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { movieId } from '../../dist/model/id.js'
import { LOG_START } from '../../dist/model/manifest.js'
import { openStore } from '../../dist/storage/open-store.js'
import { oneLayer, timeRun, withEngine } from '../support/engine.mjs'
import { median, perSecond } from '../support/table.mjs'

const SAMPLES = 40
/** A writer that comes sooner than this after its last append waits, which is not what is measured. */
const IDLE_MS = 120

/**
 * An object store, named by `BENCH_S3` (the URL of a store; credentials from the environment): one append to a
 * long log against a plain PUT of the same bytes and against rewriting the log, and a run of no-op jobs.
 */
export async function objectStore(/** @type {boolean} */ isSmoke) {
  const url = process.env.BENCH_S3
  if (url === undefined) {
    console.log('object store: skipped, BENCH_S3 names no store (BENCH_S3="s3://bucket/prefix?endpoint=…")')
    return []
  }
  const events = isSmoke ? 500 : 10_000
  const [base, query = ''] = url.split('?')
  const place = `${base.replace(/\/$/, '')}/bench-${randomUUID()}${query === '' ? '' : `?${query}`}`
  const store = await openStore(place)
  try {
    const log = store.log(movieId('bench'))
    const writer = await log.openWriter({ holder: 'bench', after: LOG_START, onBatch: () => {} })
    for (let sent = 0; sent < events; sent += 500) await writer.append(eventsFrom(sent, 500))
    let number = events
    const line = Buffer.alloc(450, 'x')
    const whole = Buffer.alloc(events * 200, 'x')
    await store.replace('bench/whole', whole)
    const times = { append: [], put: [], rewrite: [] }
    for (let sample = 0; sample < (isSmoke ? 3 : SAMPLES); sample++) {
      await sleep(IDLE_MS)
      times.append.push(await timed(() => writer.append(eventsFrom(number++, 1))))
      times.put.push(await timed(() => store.replace(`bench/put-${sample}`, line)))
      if (sample % 8 > 0) continue
      times.rewrite.push(
        await timed(async () => {
          const before = await store.files.readToUint8Array('bench/whole')
          await store.replace('bench/whole', Buffer.from(before))
        }),
      )
    }
    await writer.close()
    const [append, put, rewrite] = [median(times.append), median(times.put), median(times.rewrite)]
    const jobs = isSmoke ? 500 : 20_000
    const runMs = await withEngine(
      engine => timeRun(engine, { movieId: 'run', blueprint: oneLayer, inputs: { jobs } }),
      { store: place },
    )
    return [
      row(
        `append to ${events} events on S3`,
        `${append.toFixed(1)} ms`,
        `${put.toFixed(1)} ms, a plain PUT`,
        append / put,
        1.5,
      ),
      row(
        'the same',
        `${append.toFixed(1)} ms`,
        `${rewrite.toFixed(1)} ms, the log read and written again`,
        append / rewrite,
        1,
      ),
      {
        ...row(
          'no-op jobs on S3',
          perSecond(jobs, runMs),
          'durable in segments',
          (jobs / runMs) * 1_000,
          1_000,
        ),
        direction: /** @type {const} */ ('at least'),
        unit: ' jobs/s',
      },
    ]
  } finally {
    await store[Symbol.asyncDispose]()
  }
}

/** @param {number} first @param {number} count @returns {import('showrunner').MovieEvent[]} */
function eventsFrom(first, count) {
  const made = Array.from({ length: count }, (_, index) => ({
    type: 'artifact',
    artifactId: `Producer:Work[${first + index}].Text`,
    value: `text ${first + index}`,
    timestamp: '2026-01-01T00:00:00.000Z',
  }))
  return /** @type {any} */ (made)
}

/** @param {() => Promise<unknown>} act */
async function timed(act) {
  const startMs = performance.now()
  await act()
  return performance.now() - startMs
}

/** @param {string} name @param {string} measured @param {string} against @param {number} value @param {number} goal */
function row(name, measured, against, value, goal) {
  return { name, measured, against, value, direction: /** @type {const} */ ('at most'), goal, unit: '×' }
}
