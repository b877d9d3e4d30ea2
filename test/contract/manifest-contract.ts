import { describe, expect, test } from 'vitest'
import { ManifestConflictError } from '../../src/model/error/error.js'
import type { ArtifactId, JobId, RunId } from '../../src/model/id.js'
import type { Expansion } from '../../src/model/movie/expansion.js'
import type { ArtifactRecord, JobRecord } from '../../src/model/movie/manifest.js'
import { movieId } from '../../src/model/movie-id.js'
import { layout } from '../../src/storage/layout.js'
import type { Finding, ManifestContent, ManifestStore, Store } from '../../src/storage/store.js'

const atlas = movieId('atlas')

function content(artifactCount: number, jobCount = artifactCount): ManifestContent {
  return {
    header: {
      position: { seq: 7, offset: 700, token: 2 },
      savedAt: '2026-01-01T00:00:00.000Z',
      lastRun: { runId: 'r1' as RunId, startedAt: '2026-01-01T00:00:00.000Z', status: 'succeeded' },
      costUsd: 0.25,
    },
    artifacts: Array.from({ length: artifactCount }, (_, index) => artifact(index)),
    jobs: Array.from({ length: jobCount }, (_, index) => job(index)),
  }
}

const artifact = (index: number): ArtifactRecord => ({
  artifactId: `Producer:Picture[${index}].Image` as ArtifactId,
  value: { text: `größer 🎬 "quoted"\n${index}`, list: [1, null, true] },
  hash: 'ab'.repeat(32),
})

const job = (index: number): JobRecord => ({
  jobId: `Producer:Picture[${index}]` as JobId,
  state: 'succeeded',
  attempt: 1,
  succeededAttempt: 1,
})

async function load(manifests: ManifestStore) {
  const artifacts: ArtifactRecord[] = []
  const jobs: JobRecord[] = []
  const manifest = await manifests.load({
    artifact: record => artifacts.push(record),
    job: record => jobs.push(record),
  })
  return { manifest, artifacts, jobs }
}

async function findings(manifests: ManifestStore): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const finding of manifests.check()) found.push(finding)
  return found
}

/** What every store promises about manifests. `open` makes a new, empty one. */
export function manifestContract(open: () => Promise<Store>): void {
  test('there is none at first', async () => {
    const manifests = (await open()).manifests(atlas)
    expect(await manifests.newestRevision()).toBe(0)
    expect(await load(manifests)).toEqual({ manifest: undefined, artifacts: [], jobs: [] })
  })

  test.each([0, 1, 5_000])('what was saved is loaded: %i records', async count => {
    const manifests = (await open()).manifests(atlas)
    const saved = await manifests.save(content(count), undefined)
    const loaded = await load(manifests)
    expect(loaded.manifest).toEqual(saved)
    expect(loaded.artifacts).toEqual(content(count).artifacts)
    expect(loaded.jobs).toEqual(content(count).jobs)
    expect(saved.header).toMatchObject({ movieId: 'atlas', revision: 1, previousHash: null, costUsd: 0.25 })
    expect(await findings(manifests)).toEqual([])
  })

  test('lists of different length, one of them empty', async () => {
    const manifests = (await open()).manifests(atlas)
    await manifests.save(content(0, 3), undefined)
    expect((await load(manifests)).jobs).toHaveLength(3)
    const { manifest } = await load(manifests)
    await manifests.save(content(2, 0), manifest)
    const { artifacts, jobs } = await load(manifests)
    expect([artifacts.length, jobs.length]).toEqual([2, 0])
  })

  test('the lists that jobs have made, however many keys they have', async () => {
    const store = await open()
    const manifests = store.manifests(atlas)
    const keys = Array.from({ length: 10_000 }, (_, at) => `${at} "ключ" ${'x'.repeat(at % 180)}`)
    const made = { artifactId: 'Producer:Script.Scenes' as ArtifactId, hash: 'cd'.repeat(32) }
    const lists: Expansion[] = [
      { loop: 'take', ...made, count: 3 },
      { loop: 'scene', parents: ['fox', 1], ...made, keys },
      { loop: 'scene', parents: ['owl', 0], ...made, keys: [] },
      { loop: 'scene', parents: ['owl', 1], ...made, error: { code: 'invalid', message: 'no list' } },
      { loop: 'shot', ...made, keys: keys.slice(0, 4_097) },
    ]
    await manifests.save({ ...content(2_000), lists }, undefined)
    const loaded: Expansion[] = []
    const artifacts: ArtifactRecord[] = []
    await manifests.load({
      list: list => loaded.push(list),
      artifact: record => artifacts.push(record),
      job: () => {},
    })
    expect(loaded).toEqual(lists)
    expect(artifacts).toEqual(content(2_000).artifacts)
    const lookup = (await manifests.lookUp())!
    const found: Expansion[] = []
    for await (const list of lookup.lists()) found.push(list)
    expect(found).toEqual(lists)
    const slotOf = (id: ArtifactId) => Number(/\d+/.exec(id)![0])
    for (const [first, last] of [
      [0, 0],
      [0, 3],
      [1_234, 1_236],
      [1_999, 1_999],
    ] as const)
      expect(await lookup.find(slotOf, first, last)).toEqual(
        [...content(2_000).artifacts].slice(first, last + 1),
      )
    const wanted = new Set(['Producer:Picture[7].Image', 'Producer:Picture[1999].Image'])
    expect((await lookup.search(wanted)).map(record => record.artifactId)).toEqual([...wanted])
    const text = (await store.files.read(layout.manifest(atlas, 1)))!.toString()
    expect(JSON.parse(text).version).toBe(3)
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThan(1_000_000)
    expect(await findings(manifests)).toEqual([])
  })

  test('the file is one JSON document with one record a line', async () => {
    const store = await open()
    await store.manifests(atlas).save(content(3, 2), undefined)
    const text = (await store.files.read(layout.manifest(atlas, 1)))!.toString()
    expect(JSON.parse(text)).toMatchObject({
      ...content(3, 2).header,
      artifacts: content(3).artifacts,
      jobs: content(2).jobs,
    })
    expect(text.split('\n')).toHaveLength(1 + 1 + 3 + 1 + 2 + 1 + 1)
  })

  describe('saving a revision', () => {
    test('carries the hash of the one before', async () => {
      const manifests = (await open()).manifests(atlas)
      const first = await manifests.save(content(1), undefined)
      const second = await manifests.save(content(2), first)
      expect(second.header).toMatchObject({ revision: 2, previousHash: first.hash })
      expect((await load(manifests)).manifest).toEqual(second)
      expect(await findings(manifests)).toEqual([])
    })

    test('only one of many that start from the same one is saved', async () => {
      const store = await open()
      const base = await store.manifests(atlas).save(content(1), undefined)
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => store.manifests(atlas).save(content(50), base)),
      )
      const rejected = outcomes.filter(outcome => outcome.status === 'rejected')
      expect(rejected).toHaveLength(7)
      for (const { reason } of rejected) expect(reason).toBeInstanceOf(ManifestConflictError)
      expect(await store.manifests(atlas).newestRevision()).toBe(2)
    })

    test('a conflict names what was expected and what is there', async () => {
      const manifests = (await open()).manifests(atlas)
      const first = await manifests.save(content(1), undefined)
      const second = await manifests.save(content(2), first)
      const facts = { movieId: 'atlas', expected: first.hash, actual: second.hash }
      const error = await manifests.save(content(3), first).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(ManifestConflictError)
      expect(error).toMatchObject({ code: 'MANIFEST_CONFLICT', ...facts, details: facts })
      await expect(manifests.save(content(3), undefined)).rejects.toMatchObject({
        expected: null,
        actual: second.hash,
      })
    })

    test('a file that changed since it was loaded is a conflict, and the next revision is saved upon it', async () => {
      const store = await open()
      const manifests = store.manifests(atlas)
      const first = await manifests.save(content(1), undefined)
      await store.files.replace(layout.manifest(atlas, 1), Buffer.from('{}'))
      const changed = (await manifests.newest())!
      await expect(manifests.save(content(2), first)).rejects.toMatchObject({
        code: 'MANIFEST_CONFLICT',
        expected: first.hash,
        actual: changed.hash,
      })
      const second = await manifests.save(content(2), changed)
      expect(second.header).toMatchObject({ revision: 2, previousHash: changed.hash })
      expect((await load(manifests)).manifest).toEqual(second)
    })
  })

  describe('damage', () => {
    async function damaged(change: (text: string) => string): Promise<ManifestStore> {
      const store = await open()
      await store.manifests(atlas).save(content(3), undefined)
      const path = layout.manifest(atlas, 1)
      const text = (await store.files.read(path))!.toString()
      expect(change(text)).not.toBe(text)
      await store.files.replace(path, Buffer.from(change(text)))
      return store.manifests(atlas)
    }
    const lines = (change: (lines: string[]) => void) => (text: string) => {
      const all = text.split('\n')
      change(all)
      return all.join('\n')
    }

    test.each([
      ['a letter in a value', 10, (text: string) => text.replace('größer', 'greater')],
      [
        'a brace',
        4,
        (text: string) => text.replace('[1]","state', '[1]""state').replace('[1].Image"', '[1].Image'),
      ],
      ['a missing record', 9, lines(all => all.splice(3, 1))],
      ['a record twice', 11, lines(all => all.splice(3, 0, all[3]!))],
      ['the last line', 10, (text: string) => text.slice(0, text.lastIndexOf(']'))],
      ['a missing comma', 4, (text: string) => text.replace('},\n', '}\n')],
      ['another movie', 1, (text: string) => text.replace('"movieId":"atlas"', '"movieId":"other"')],
      ['no version', 1, (text: string) => text.replace('"version":1', '"version":0')],
      ['more than the end', 11, (text: string) => `${text}{}`],
      ['an empty file', 1, () => ''],
    ])('%s is reported with its line', async (_, line, change) => {
      const manifests = await damaged(change)
      await expect(load(manifests)).rejects.toMatchObject({
        code: 'MANIFEST_CORRUPT',
        message: expect.stringContaining(`atlas/manifests/000000000001.json:${line} `),
      })
      expect(await findings(manifests)).toMatchObject([
        { severity: 'damage', where: `atlas/manifests/000000000001.json:${line}` },
      ])
    })

    test('one of a newer version of the package is not damage', async () => {
      const manifests = await damaged(text => text.replace('"version":1', '"version":4'))
      await expect(load(manifests)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
      await expect(findings(manifests)).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
    })

    test('a revision replaced by another whole one is found by its hash', async () => {
      const [store, other] = [await open(), await open()]
      const first = await store.manifests(atlas).save(content(1), undefined)
      await store.manifests(atlas).save(content(2), first)
      await other.manifests(atlas).save(content(9), undefined)
      const path = layout.manifest(atlas, 1)
      await store.files.replace(path, (await other.files.read(path))!)
      expect(await findings(store.manifests(atlas))).toMatchObject([
        { severity: 'damage', where: 'atlas/manifests/000000000002.json' },
      ])
    })
  })
}
