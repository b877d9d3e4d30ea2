import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evolve } from '../../../dist/coordinator/state/evolve.js'
import { valueHash } from '../../../dist/model/hash.js'
import type { ArtifactId, JobId } from '../../../dist/model/id.js'
import type { MovieEvent } from '../../../dist/model/movie/event.js'
import { LOG_START } from '../../../dist/model/movie/log-position.js'
import { MovieState } from '../../../dist/model/movie/movie-state.js'
import { MapSlots } from '../../../dist/model/movie/slots.js'
import { movieId } from '../../../dist/model/movie-id.js'
import { sha256 } from '../../../dist/model/sha256.js'
import { openStore } from '../../../dist/storage/open-store.js'

const CLI = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const JOBS = 100_000
/** What Node itself needs, and a little. Ids or values as strings of the heap take twice as much for so many jobs. */
const HEAP_MB = 30

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'showrunner-heap-'))
  const movie = movieId('large')
  const store = await openStore(`file:${folder}/movies`)
  const state = new MovieState(new MapSlots())
  const writer = await store.log(movie).openWriter({ holder: 'h/1/n', after: LOG_START, onBatch: () => {} })
  for (let first = 0; first < JOBS; first += 10_000) {
    const events = Array.from({ length: 10_000 }, (_, at) => eventsOfJob(first + at)).flat()
    await writer.append(events)
    for (const event of events) evolve(state, event)
  }
  const header = { position: writer.position, savedAt: timestamp, lastRun: null, costUsd: 0 }
  await store.manifests(movie).save({ header, artifacts: state.artifacts(), jobs: state.jobs() }, undefined)
  await writer.close()
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const timestamp = '2026-01-01T00:00:00.000Z'

/** Every fourth job has failed. */
function eventsOfJob(number: number): MovieEvent[] {
  const jobId = `Producer:Caption[${number}]` as JobId
  const common = { jobId, attempt: 1, timestamp }
  if (number % 4 === 0) {
    const error = {
      code: 'invalid',
      message: `The picture ${number} shows nothing that has a name.`,
    } as const
    return [{ type: 'job.failed', durationMs: 1, error, ...common }]
  }
  const value = `What the picture ${number} shows, in a sentence of some length that takes its place.`
  const inputsHash = sha256(String(number))
  const artifactId = `${jobId}.Text` as ArtifactId
  return [
    { type: 'artifact', artifactId, value, hash: valueHash(value), inputsHash, ...common },
    { type: 'job.succeeded', durationMs: 1, inputs: '(settings):00000000 picture:11111111', ...common },
  ]
}

function inSmallHeap(...args: string[]) {
  const options = [`--max-old-space-size=${HEAP_MB}`, CLI, ...args, '--store', `file:${folder}/movies`]
  return spawnSync(process.execPath, options, { encoding: 'utf8', maxBuffer: 1024 ** 3 })
}

test('status of very many jobs needs no heap for each of them', { timeout: 120_000 }, () => {
  const { status, stdout } = inSmallHeap('status', 'large', '--json')
  expect(status).toBe(0)
  const { jobs, artifacts } = JSON.parse(stdout) as { jobs: object; artifacts: number }
  expect(jobs).toMatchObject({ succeeded: (3 * JOBS) / 4, failed: JOBS / 4 })
  expect(artifacts).toBe((3 * JOBS) / 4)
})

test('verify, too, and it compares every record', { timeout: 120_000 }, () => {
  const { status, stdout } = inSmallHeap('verify', 'large', '--json')
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ isClean: true, checked: { revision: 1 } })
})

test('so do the artifacts', { timeout: 120_000 }, () => {
  const { status, stdout } = inSmallHeap('artifacts', 'large', '--json')
  expect(status).toBe(0)
  expect(stdout.trimEnd().split('\n')).toHaveLength((3 * JOBS) / 4)
})
