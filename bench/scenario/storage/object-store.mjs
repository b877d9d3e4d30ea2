import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { LOG_START } from '../../../dist/model/movie/log-position.js'
import { movieId } from '../../../dist/model/movie-id.js'
import { openStore } from '../../../dist/storage/open-store.js'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { figureRow, speedRow, timeRow } from '../../report/row.mjs'
import { startCountingProxy } from '../../support/counting-proxy.mjs'
import { oneLayer, timeRun, withEngine } from '../../support/engine.mjs'
import { lines300 } from '../../support/events.mjs'
import { withS3 } from '../../support/s3-server.mjs'

/** A writer that comes sooner than this after its last append waits, which is not what is measured. */
const IDLE_MS = 120
const SHORT_LOG = 10

/** The log on an object store: one append to a short and to a long log, against plain PUTs; and a run of jobs. */
export async function objectStore(/** @type {boolean} */ isSmoke) {
  return withS3(async place => {
    if (place === undefined) {
      console.log(
        '  skipped: BENCH_S3 names no store, and Ceph is not installed (scripts/s3-server.sh install)',
      )
      return []
    }
    return [
      ...(await countedAppends(place.url, isSmoke)),
      ...(await timedAppends(place, isSmoke)),
      await run(place.url, isSmoke),
      ...(await smallBlobs(place.url, isSmoke)),
    ]
  })
}

/** Requests and bytes of one append, as they pass by on the wire. @param {string} url @param {boolean} isSmoke */
async function countedAppends(url, isSmoke) {
  const longLog = isSmoke ? 100 : 10_000
  const [base, query] = url.split('?')
  const parameters = new URLSearchParams(query)
  const endpoint = parameters.get('endpoint')
  // A store behind TLS cannot be listened to.
  if (endpoint === null || !endpoint.startsWith('http:')) return []
  const proxy = await startCountingProxy(endpoint)
  parameters.set('endpoint', proxy.url)
  const store = await openStore(`${base}?${parameters}`)
  try {
    const writer = await openWriter(store, 'counted')
    const samples = { short: sampleList(), long: sampleList() }
    await writer.append(lines300(0, SHORT_LOG))
    for (let turn = 0; turn < 5; turn++) samples.short.push(await countedAppend(writer, proxy))
    for (let sent = 0; sent < longLog; sent += 50) await writer.append(lines300(sent, 50))
    for (let turn = 0; turn < 5; turn++) samples.long.push(await countedAppend(writer, proxy))
    await writer.close()
    const ratios = (/** @type {'requests' | 'bytes'} */ what) =>
      samples.long.map((sample, turn) => sample[what] / samples.short[turn][what])
    const row = (/** @type {'requests' | 'bytes'} */ what) =>
      figureRow(
        {
          name: `S3: ${what} of one append, long log`,
          unit: '×',
          // The number of an event and of a segment has a few digits more.
          goal: what === 'requests' ? 1 : 1.05,
          better: 'at most',
          measured: `${samples.long[0][what]} at ${longLog.toLocaleString('en-US')} events`,
          against: `${samples.short[0][what]} at ${SHORT_LOG} events`,
        },
        ratios(what),
      )
    return [row('requests'), row('bytes')]
  } finally {
    await store[Symbol.asyncDispose]()
    await proxy.close()
  }
}

const sampleList = () => /** @type {{ requests: number, bytes: number }[]} */ ([])

/** @param {any} writer @param {Awaited<ReturnType<typeof startCountingProxy>>} proxy */
async function countedAppend(writer, proxy) {
  await sleep(IDLE_MS)
  proxy.take()
  await writer.append(lines300(0, 1))
  return proxy.take()
}

/** @param {{ url: string, name: string }} place @param {boolean} isSmoke */
async function timedAppends({ url, name }, isSmoke) {
  const store = await openStore(url)
  try {
    const longLog = isSmoke ? 100 : 10_000
    const writer = await openWriter(store, 'timed')
    for (let sent = 0; sent < longLog; sent += 500) await writer.append(lines300(sent, 500))
    const segment = Buffer.alloc(450, 'x')
    const whole = Buffer.alloc(longLog * 300, 'x')
    await store.files.replace('bench/whole', whole)
    const append = async () => {
      await sleep(IDLE_MS)
      return timed(() => writer.append(lines300(0, 1)))
    }
    const count = isSmoke ? 2 : 25
    const put = await measurePairs(count, {
      ours: append,
      theirs: pair => timed(() => store.files.replace(`bench/put-${pair + 1}`, segment)),
    })
    const rewrite = await measurePairs(isSmoke ? 1 : 9, {
      ours: append,
      theirs: () =>
        timed(async () => {
          const before = await store.files.read('bench/whole')
          await store.files.replace('bench/whole', before ?? whole)
        }),
    })
    await writer.close()
    return [
      timeRow(
        {
          name: 'S3: time of one append, long log',
          goal: 1.5,
          why: 'The PUT is conditional, for which the gateway has to look whether the object is there.',
          against: `a plain PUT of the same bytes, ${name}`,
        },
        put,
      ),
      timeRow(
        {
          name: 'S3: one append, against a rewrite',
          goal: 1,
          against: 'the log read and written again, as one object would need it',
        },
        rewrite,
      ),
    ]
  } finally {
    await store[Symbol.asyncDispose]()
  }
}

/** @param {string} url @param {boolean} isSmoke */
async function run(url, isSmoke) {
  const jobs = isSmoke ? 200 : 20_000
  const inputs = { jobs }
  const pairs = await withEngine(
    onS3 =>
      withEngine(onDisk => {
        const attempt = (/** @type {import('showrunner').Engine} */ engine) => (/** @type {number} */ pair) =>
          timeRun(engine, { movieId: `run-${pair + 1}`, blueprint: oneLayer, inputs })
        return measurePairs(isSmoke ? 1 : 5, { ours: attempt(onS3), theirs: attempt(onDisk) })
      }),
    { store: url },
  )
  return speedRow({ name: 'S3: no-op jobs', amount: jobs, against: 'on a local disk' }, pairs)
}

/** Requests a job when each makes a blob of 20 KiB, 50 at once. @param {string} url @param {boolean} isSmoke */
async function smallBlobs(url, isSmoke) {
  const jobs = isSmoke ? 100 : 2_000
  const [base, query] = url.split('?')
  const parameters = new URLSearchParams(query)
  const endpoint = parameters.get('endpoint')
  if (endpoint === null || !endpoint.startsWith('http:')) return []
  const proxy = await startCountingProxy(endpoint)
  parameters.set('endpoint', proxy.url)
  const bytes = fileURLToPath(new URL('../../work/bytes-provider.mjs', import.meta.url))
  try {
    const puts = await withEngine(
      async engine => {
        const work = { ...oneLayer.producers.Work, provider: 'bytes', config: { sizeBytes: 20 * 1024 } }
        const outputs = { File: 'application/octet-stream' }
        const producers = {
          Work: { ...work, with: { number: '${index.job}', salt: '${inputs.salt}' }, outputs },
        }
        const inputs = { jobs: 'integer', salt: 'integer' }
        const blueprint = { ...oneLayer, name: 'small-blobs', inputs, producers }
        const counts = []
        for (let salt = 1; salt <= (isSmoke ? 1 : 3); salt++) {
          proxy.take()
          const movieId = `small-blobs-${salt}`
          await timeRun(engine, { movieId, blueprint, inputs: { jobs, salt }, concurrency: 50 })
          counts.push(proxy.take().puts / jobs)
        }
        return counts
      },
      { store: `${base}?${parameters}`, providers: { bytes: { module: bytes } } },
    )
    return [
      figureRow(
        {
          name: 'S3: PUT requests a job, blobs of 20 KiB, 50 at once',
          unit: '',
          goal: 0.2,
          better: 'at most',
          measured: `${puts[0]?.toFixed(3)} a job, whole run, log and all`,
          against: 'more than 1, an object a blob',
        },
        puts,
      ),
    ]
  } finally {
    await proxy.close()
  }
}

/** @param {import('../../../dist/storage/store.js').Store} store @param {string} movie */
const openWriter = (store, movie) =>
  store.log(movieId(movie)).openWriter({ holder: 'bench', after: LOG_START, onBatch: () => {} })
