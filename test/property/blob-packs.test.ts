import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BlobRef } from '../../src/model/movie/event.js'
import { sha256 } from '../../src/model/sha256.js'
import { PACK_START, recordEnd } from '../../src/storage/blob/pack/pack-record.js'
import { layout } from '../../src/storage/layout.js'
import type { BlobStore } from '../../src/storage/store.js'
import { rounds } from '../support/rounds.js'
import { movie } from '../support/storage/log-fixture.js'
import { findingsOf, openFolder, packsIn } from '../support/storage/pack-fixture.js'

/** What several processes do to the packs of one movie, one step after the other or, for puts, at once. */
type Step =
  | { readonly type: 'put'; readonly by: number; readonly seeds: readonly number[] }
  | { readonly type: 'release'; readonly by: number }
  /** kill -9: what it had open is never closed; a torn batch stays at the end of its pack. */
  | { readonly type: 'kill'; readonly by: number; readonly tornBytes: number }
  | { readonly type: 'read'; readonly by: number; readonly pick: number }
  /** An earlier version stores a file. */
  | { readonly type: 'file'; readonly seed: number }
  | { readonly type: 'compact'; readonly by: number; readonly keepEvery: number }

const WRITERS = 3
const by = fc.nat(WRITERS - 1)
const seed = fc.nat(60)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('put' as const),
      by,
      seeds: fc.array(seed, { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('release' as const), by }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('kill' as const), by, tornBytes: fc.nat(300) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('read' as const), by, pick: fc.nat(1_000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('file' as const), seed }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('compact' as const),
      by,
      keepEvery: fc.integer({ min: 1, max: 4 }),
    }),
  },
)

/** Some of 0 bytes, some just around the limit of packs. */
const bytesOf = (seed: number): Buffer =>
  Buffer.alloc(seed % 20 === 19 ? 65_530 + seed : seed * 7, `${seed} `)

class World {
  readonly root: string
  readonly #stores: BlobStore[] = []
  readonly #abandoned: BlobStore[] = []
  #alive = new Map<string, BlobRef>()

  constructor(root: string) {
    this.root = root
  }

  async store(by: number): Promise<BlobStore> {
    this.#stores[by] ??= (await openFolder(this.root)).blobs(movie)
    return this.#stores[by]
  }

  async take(step: Step): Promise<void> {
    switch (step.type) {
      case 'put':
        return await this.#put(step)
      case 'release':
        return await (await this.store(step.by)).release()
      case 'kill':
        return await this.#kill(step)
      case 'read':
        return await this.#read(step)
      case 'file':
        return await this.#file(bytesOf(step.seed))
      case 'compact':
        return await this.#compact(step)
    }
  }

  async #put({ by, seeds }: Extract<Step, { type: 'put' }>): Promise<void> {
    const store = await this.store(by)
    const blobs = await Promise.all(seeds.map(seed => store.put(bytesOf(seed), 'text/plain')))
    for (const [index, blob] of blobs.entries()) {
      const bytes = bytesOf(seeds[index]!)
      expect(blob).toEqual({ hash: sha256(bytes), sizeBytes: bytes.length, mimeType: 'text/plain' })
      this.#alive.set(blob.hash, blob)
    }
  }

  async #kill({ by, tornBytes }: Extract<Step, { type: 'kill' }>): Promise<void> {
    const store = this.#stores[by]
    if (store === undefined) return
    this.#abandoned.push(store)
    delete this.#stores[by]
    const open = (await packsIn(this.root)).find(({ bytes, records }) => {
      const last = records.at(-1)
      return last !== undefined && bytes.length === recordEnd(last)
    })
    if (open === undefined || tornBytes === 0) return
    const torn = open.bytes.subarray(PACK_START.length, PACK_START.length + tornBytes)
    await writeFile(open.path, torn, { flag: 'a' })
    if (tornBytes % 2 === 0) await truncate(open.path, open.bytes.length + torn.length - 1)
  }

  async #read({ by, pick }: Extract<Step, { type: 'read' }>): Promise<void> {
    const blobs = [...this.#alive.values()]
    const blob = blobs[pick % blobs.length]
    if (blob === undefined) return
    const store = await this.store(by)
    expect(sha256(await store.read(blob))).toBe(blob.hash)
    expect(await store.sizeOf(blob.hash)).toBe(blob.sizeBytes)
  }

  async #file(bytes: Buffer): Promise<void> {
    const hash = sha256(bytes)
    const path = join(this.root, layout.blob(movie, hash))
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, bytes)
    this.#alive.set(hash, { hash, sizeBytes: bytes.length, mimeType: 'text/plain' } as BlobRef)
  }

  /** As `gc` does it: the only writer meanwhile. */
  async #compact({ by, keepEvery }: Extract<Step, { type: 'compact' }>): Promise<void> {
    const kept = new Map([...this.#alive].filter((_, index) => index % keepEvery === 0))
    await (await this.store(by)).compact(hash => kept.has(hash), { isDryRun: false, beforeDelete: () => {} })
    this.#alive = kept
  }

  async check(): Promise<void> {
    const store = (await openFolder(this.root)).blobs(movie)
    const blobs = [...this.#alive.values()]
    for (const blob of blobs) expect(sha256(await store.read(blob))).toBe(blob.hash)
    const damage = (await findingsOf(store, blobs)).filter(({ severity }) => severity === 'damage')
    expect(damage).toEqual([])
    for (const each of [store, ...this.#stores, ...this.#abandoned]) await each?.release()
    expect((await readdir(this.root)).filter(name => name !== movie)).toEqual([])
  }
}

test('whatever several writers, kills and gc do, every blob that was stored and is named is read as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
      const root = await mkdtemp(join(tmpdir(), 'blob-packs-'))
      try {
        const world = new World(root)
        for (const step of steps) await world.take(step)
        await world.check()
      } finally {
        await rm(root, { recursive: true })
      }
    }),
    { numRuns: rounds(80, 250) },
  )
}, 120_000)
