import { randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measurePairs, timed } from '../../measure/measure.mjs'
import { figureRow, number, speedRow } from '../../report/row.mjs'
import { runProgram } from '../../support/child.mjs'
import { oneLayer, timeRun, withEngine } from '../../support/engine.mjs'
import { withFolder } from '../../support/temporary-folder.mjs'

const BLOB_BYTES = 8 * 1024 * 1024
const CONCURRENCY = 4

/** Blobs of 8 MiB made by jobs, and one very large blob as a stream, against plain durable writes. */
export async function blobs(/** @type {boolean} */ isSmoke) {
  return [...(await manyBlobs(isSmoke)), ...(await largeBlob(isSmoke))]
}

/** @param {boolean} isSmoke */
async function manyBlobs(isSmoke) {
  const jobs = isSmoke ? 2 : 40
  const blueprint = {
    ...oneLayer,
    name: 'blobs',
    producers: {
      Work: {
        ...oneLayer.producers.Work,
        provider: 'bytes',
        config: { sizeBytes: BLOB_BYTES },
        with: { number: '${index.job}', salt: '${inputs.salt}' },
        outputs: { File: 'application/octet-stream' },
      },
    },
    inputs: { jobs: 'integer', salt: 'integer' },
  }
  const bytes = fileURLToPath(new URL('../../work/bytes-provider.mjs', import.meta.url))
  return withEngine(
    async (engine, folder) => {
      const pairs = await measurePairs(isSmoke ? 1 : 7, {
        ours: async pair => {
          const movieId = `movie-${pair + 1}`
          const ms = await timeRun(engine, {
            movieId,
            blueprint,
            inputs: { jobs, salt: pair + 1 },
            concurrency: CONCURRENCY,
          })
          await rm(join(folder, movieId), { recursive: true })
          return ms
        },
        theirs: () => timed(() => plainWrites(folder, jobs)),
      })
      const about = {
        name: 'blobs of 8 MiB, whole run',
        amount: (jobs * BLOB_BYTES) / 1e6,
        per: ' MB/s',
        against: 'plain writes of as many bytes, fsync a file, 4 at once, no hash',
      }
      return [speedRow(about, pairs)]
    },
    { providers: { bytes: { module: bytes } } },
  )
}

/** @param {string} folder @param {number} count */
async function plainWrites(folder, count) {
  const bytes = randomBytes(BLOB_BYTES)
  let next = 0
  const writer = async () => {
    while (next < count) {
      const path = join(folder, `plain-${next++}`)
      const file = await open(path, 'w')
      await file.writeFile(bytes)
      await file.sync()
      await file.close()
      await rm(path)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, writer))
}

/** @param {boolean} isSmoke */
async function largeBlob(isSmoke) {
  const small = isSmoke ? 8 : 64
  const large = isSmoke ? 16 : 2_048
  return withFolder(async folder => {
    const stream = (/** @type {string} */ how, /** @type {number} */ megabytes) =>
      runProgram('stream-blob', [how, folder, megabytes])
    const peaks = { small: /** @type {number[]} */ ([]), large: /** @type {number[]} */ ([]) }
    const pairs = await measurePairs(isSmoke ? 1 : 5, {
      isWarm: true,
      ours: async () => {
        peaks.small.push((await stream('showrunner', small)).peakBytes)
        const { ms, peakBytes } = await stream('showrunner', large)
        peaks.large.push(peakBytes)
        return ms
      },
      theirs: async () => (await stream('plain', large)).ms,
    })
    const name = `a blob of ${isSmoke ? '16 MiB' : '2 GiB'} as a stream`
    return [
      speedRow(
        {
          name: `${name}, stored`,
          amount: (large * 1024 * 1024) / 1e6,
          per: ' MB/s',
          against: 'the same stream written to a file, hashed by SHA-256, fsync',
        },
        pairs,
      ),
      figureRow(
        {
          name: `${name}, peak memory`,
          unit: '×',
          goal: 1.25,
          better: 'at most',
          measured: `${number(peaks.large[0] / 1e6)} MB, whole process`,
          against: `${number(peaks.small[0] / 1e6)} MB for ${small} MiB`,
          why: 'Chunks wait for a disk that is slower than what makes them.',
        },
        peaks.large.map((bytes, pair) => bytes / peaks.small[pair]),
      ),
    ]
  })
}
