import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ShowrunnerError } from '../../src/model/error/error.js'
import { acquireLease, readLease } from '../../src/storage/lease/lease.js'
import { openStore } from '../../src/storage/open-store.js'
import { movie, numberedEvents, numbersIn, openWriter, readAll } from '../support/storage/log-fixture.js'
import { newS3Store, s3Endpoint } from '../support/storage/s3.js'
import { startS3Proxy } from '../support/storage/s3-proxy.js'

async function open(url: string) {
  const store = await openStore(url)
  onTestFinished(() => store[Symbol.asyncDispose]())
  return store
}

describe.skipIf(s3Endpoint === undefined)('between us and S3', () => {
  test.each([1, 2, 3])(
    'lost answers, cut connections and refusals lose and repeat nothing (seed %i)',
    async seed => {
      const proxy = await startS3Proxy(seed, { loseAnswer: 0.15, cut: 0.1, refuse: 0.1 })
      const url = await newS3Store(proxy.endpoint)
      const store = await open(url)
      const log = store.log(movie)
      const writer = await openWriter(log)
      for (let batch = 0; batch < 25; batch++) await writer.append(numberedEvents(batch * 4, 4))
      const { revision } = await saveManifests(store, 5)
      await writer.close()
      proxy.faults = {}
      expect(numbersIn(await readAll(log))).toEqual(Array.from({ length: 100 }, (_, index) => index))
      for await (const finding of log.check()) expect(finding).toBeUndefined()
      expect(await store.manifests(movie).newestRevision()).toBe(revision)
    },
  )

  test.each([1, 2])(
    'packs of small blobs come through, and so does whatever reads them (seed %i)',
    async seed => {
      const proxy = await startS3Proxy(seed, { loseAnswer: 0.15, cut: 0.1, refuse: 0.1, breakOff: 0.1 })
      const url = await newS3Store(proxy.endpoint)
      const [one, other] = [(await open(url)).blobs(movie), (await open(url)).blobs(movie)]
      const put = (blobs: typeof one, from: number) =>
        Promise.all(
          Array.from({ length: 40 }, (_, index) =>
            blobs.put(Buffer.from(`blob ${from + index}`), 'text/plain'),
          ),
        )
      // Both store the same twenty; each looks for its own object when an answer is lost.
      const stored = (await Promise.all([put(one, 0), put(other, 20)])).flat()
      const reader = (await open(url)).blobs(movie)
      for (const blob of stored) expect((await reader.read(blob)).length).toBe(blob.sizeBytes)
      const hashes = new Set<string>(stored.map(({ hash }) => hash))
      await one.compact(hash => hashes.has(hash), { isDryRun: false, beforeDelete: () => {} })
      for (const blob of stored) expect((await reader.read(blob)).length).toBe(blob.sizeBytes)
    },
  )

  test('fifty small blobs at once are one request', async () => {
    const proxy = await startS3Proxy(1)
    const blobs = (await open(await newS3Store(proxy.endpoint))).blobs(movie)
    await blobs.put(Buffer.from('whether the server keeps its conditions has been asked'), 'text/plain')
    proxy.requests.length = 0
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => blobs.put(Buffer.alloc(20_000, index), 'image/png')),
    )
    expect(proxy.requests.map(line => line.split(' ')[0])).toEqual(['PUT'])
  })

  test('an append costs the same bytes and one request, however long the log is', async () => {
    const proxy = await startS3Proxy(1)
    const log = (await open(await newS3Store(proxy.endpoint))).log(movie)
    const writer = await openWriter(log)
    const costAt = async (count: number) => {
      let sent = writer.position.seq
      for (; sent < count; sent += 500) await writer.append(numberedEvents(100_000 + sent, 500))
      const before = { requests: proxy.requests.length, bytes: proxy.sentBytes }
      await writer.append(numberedEvents(1_000_000, 1))
      return {
        requests: proxy.requests.slice(before.requests).map(line => line.split(' ')[0]),
        bytes: proxy.sentBytes - before.bytes,
      }
    }
    const costs = [await costAt(10), await costAt(1_000), await costAt(10_000)]
    expect(costs.map(({ requests }) => requests)).toEqual([['PUT'], ['PUT'], ['PUT']])
    // Only the digits of its numbers grow.
    const bytes = costs.map(cost => cost.bytes)
    expect(Math.max(...bytes) - Math.min(...bytes)).toBeLessThan(10)
    expect(bytes[0]).toBeLessThan(600)
  })

  test('a log of many segments is read by few listings, and its objects side by side', async () => {
    const proxy = await startS3Proxy(1)
    const url = await newS3Store(proxy.endpoint)
    const log = (await open(url)).log(movie)
    const writer = await openWriter(log)
    for (let batch = 0; batch < 12; batch++) await writer.append(numberedEvents(batch, 1))
    proxy.requests.length = 0
    const { position } = writer
    expect(await readAll(log)).toHaveLength(13)
    expect(proxy.requests.filter(line => line.includes('list-type=2'))).toHaveLength(1)
    expect(proxy.requests).toHaveLength(14)
    // From a position on only what is new, and the segment before it, whose hash the next one carries.
    proxy.requests.length = 0
    expect(await readAll(log, position)).toEqual([])
    expect(proxy.requests).toHaveLength(2)
  })

  test('an answer that breaks off is read on behind its last byte', async () => {
    const proxy = await startS3Proxy(3)
    const blobs = (await open(await newS3Store(proxy.endpoint))).blobs(movie)
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
    const blob = await blobs.put(bytes, 'video/mp4')
    const empty = await blobs.put(Buffer.alloc(0), 'video/mp4')
    proxy.faults = { breakOff: 0.9 }
    proxy.requests.length = 0
    expect(bytes.equals(await blobs.read(blob))).toBe(true)
    expect(proxy.requests.filter(line => line.startsWith('GET')).length).toBeGreaterThan(1)
    proxy.faults = {}
    expect(await blobs.read(empty)).toHaveLength(0)
  })

  test('a store that ignores the condition is refused', async () => {
    const proxy = await startS3Proxy(1)
    proxy.dropsConditions = true
    const store = await open(await newS3Store(proxy.endpoint))
    const failure: unknown = await openWriter(store.log(movie)).catch(error => error)
    expect(failure).toBeInstanceOf(ShowrunnerError)
    expect(failure).toMatchObject({
      code: 'STORE_UNSUPPORTED',
      message: expect.stringContaining('If-None-Match'),
    })
    expect(await readAll(store.log(movie))).toEqual([])
  })
})

describe.skipIf(s3Endpoint === undefined)('servers that refuse for a reason', () => {
  test('a server without the condition (501) is refused at once', async () => {
    const proxy = await startS3Proxy(1)
    proxy.refusal = ({ headers }) =>
      headers['if-none-match'] === undefined ? undefined : { status: 501, code: 'NotImplemented' }
    const store = await open(await newS3Store(proxy.endpoint))
    await expect(store.files.create('atlas/x', Buffer.from('x'))).rejects.toMatchObject({
      code: 'STORE_UNSUPPORTED',
    })
    expect(proxy.requests).toHaveLength(1)
  })

  test.each(['PermanentRedirect', 'AuthorizationHeaderMalformed'])(
    'the right region is learned from the answer (%s), also by requests at the same time',
    async code => {
      const proxy = await startS3Proxy(1)
      const headers = { 'x-amz-bucket-region': 'eu-north-7' }
      const status = code === 'PermanentRedirect' ? 301 : 400
      proxy.refusal = incoming =>
        incoming.headers.authorization?.includes('/eu-north-7/s3/') ? undefined : { status, code, headers }
      const store = await open(await newS3Store(proxy.endpoint))
      const blobs = store.blobs(movie)
      const texts = Array.from({ length: 8 }, (_, index) => Buffer.from(`text ${index}`.repeat(500_000)))
      await store.files.create('atlas/x', Readable.from([Buffer.alloc(6 * 1024 * 1024)]))
      const stored = await Promise.all(texts.map(text => blobs.put(text, 'text/plain')))
      for (const [index, blob] of stored.entries()) {
        expect(texts[index]!.equals(await blobs.read(blob))).toBe(true)
      }
      const writer = await openWriter(store.log(movie))
      await writer.append(numberedEvents(0, 2))
      await writer.close()
      expect(numbersIn(await readAll(store.log(movie)))).toEqual([0, 1])
    },
  )

  test.each([-3_600_000, 3_600_000])('a clock that is off by %i ms is corrected', async offsetMs => {
    const url = await newS3Store()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offsetMs })
    onTestFinished(() => void vi.useRealTimers())
    const store = await open(url)
    expect(await store.files.create('atlas/x', Buffer.from('x'))).toBe('created')
    expect(await store.files.create('atlas/x', Buffer.from('y'))).toBe('exists')
    const writer = await openWriter(store.log(movie))
    await writer.append(numberedEvents(0, 2))
    await writer.close()
    expect(numbersIn(await readAll(store.log(movie)))).toEqual([0, 1])
  })

  test('a lease whose answers break off is read, released, and fails nothing', async () => {
    const proxy = await startS3Proxy(5)
    const store = await open(await newS3Store(proxy.endpoint))
    const lease = await acquireLease(store, movie, { holder: 'here/1/a', onLost: () => undefined })
    proxy.faults = { breakOff: 0.5, loseAnswer: 0.2 }
    expect(await readLease(store, movie)).toMatchObject({ holder: 'here/1/a' })
    await lease.release()
    proxy.faults = {}
    expect(await readLease(store, movie)).toBeUndefined()
  })
})

async function saveManifests(store: Awaited<ReturnType<typeof open>>, count: number) {
  const manifests = store.manifests(movie)
  const header = {
    position: { seq: 1, offset: 1, token: 1 },
    savedAt: '2026-01-01T00:00:00Z',
    lastRun: null,
    costUsd: 0,
  }
  let saved = await manifests.save({ header, artifacts: [], jobs: [] }, undefined)
  for (let revision = 1; revision < count; revision++)
    saved = await manifests.save({ header, artifacts: [], jobs: [] }, saved)
  return saved.header
}
