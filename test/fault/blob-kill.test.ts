import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { BlobRef } from '../../src/model/movie/event.js'
import { openStore } from '../../src/storage/open-store.js'
import { rounds } from '../support/rounds.js'
import { drawn } from '../support/seeded.js'
import { movie } from '../support/storage/log-fixture.js'
import { findingsOf, openFolder, packsIn, readable } from '../support/storage/pack-fixture.js'
import { newS3Store, s3Endpoint } from '../support/storage/s3.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const program = fileURLToPath(new URL('../support/programs/blob-program.mjs', import.meta.url))
const ROUNDS = rounds(5, 20)

/** Lets it store about so many blobs, and kills it in the middle of what follows. */
async function killed(url: string, seed: number, count: number): Promise<BlobRef[]> {
  const child = spawn(process.execPath, [program, url, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const stored: BlobRef[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', line => {
    const [hash, sizeBytes] = line.split(' ')
    // Not when the kill has cut the line off.
    if (hash?.length === 64 && sizeBytes !== undefined) {
      stored.push({ hash, sizeBytes: Number(sizeBytes), mimeType: 'image/png' } as BlobRef)
    }
    if (stored.length === count) child.kill('SIGKILL')
  })
  const [[, signal]] = await Promise.all([once(child, 'exit'), once(lines, 'close')])
  expect(signal).toBe('SIGKILL')
  return stored
}

test('processes that are killed in the middle of batches: every blob that was told is there', {
  timeout: 180_000,
}, async () => {
  const root = await temporaryFolder()
  const stored: BlobRef[] = []
  for (let round = 0; round < ROUNDS; round++) {
    stored.push(...(await killed(`file:${root}`, round, 1 + Math.floor(drawn('kill', round) * 300))))
    const blobs = (await openFolder(root)).blobs(movie)
    expect(await readable(blobs, stored)).toEqual(stored.map(() => true))
    const damage = (await findingsOf(blobs, stored)).filter(({ severity }) => severity === 'damage')
    expect(damage).toEqual([])
    await blobs.release()
  }
  const blobs = (await openFolder(root)).blobs(movie)
  const names = new Set<string>(stored.map(({ hash }) => hash))
  await blobs.compact(hash => names.has(hash), { isDryRun: false, beforeDelete: () => {} })
  expect(await packsIn(root)).toHaveLength(1)
  expect(await findingsOf(blobs, stored)).toEqual([])
})

test.skipIf(s3Endpoint === undefined)(
  'in an object store: every blob that was told is there, and no object is torn',
  {
    timeout: 180_000,
  },
  async () => {
    const url = await newS3Store()
    const store = await openStore(url)
    onTestFinished(() => store[Symbol.asyncDispose]())
    const stored: BlobRef[] = []
    for (let round = 0; round < Math.ceil(ROUNDS / 3); round++) {
      stored.push(...(await killed(url, round, 1 + Math.floor(drawn('kill', round) * 300))))
      const blobs = (await openStore(url)).blobs(movie)
      expect(await readable(blobs, stored)).toEqual(stored.map(() => true))
      // What was on its way at the kill is there whole, or not at all.
      expect(await findingsOf(blobs, stored)).toEqual([])
    }
    const blobs = store.blobs(movie)
    const names = new Set<string>(stored.map(({ hash }) => hash))
    await blobs.compact(hash => names.has(hash), { isDryRun: false, beforeDelete: () => {} })
    expect(await findingsOf(blobs, stored)).toEqual([])
    expect(await readable(blobs, stored)).toEqual(stored.map(() => true))
  },
)
