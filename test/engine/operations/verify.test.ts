import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Engine, inline, type Verification } from '../../../dist/index.js'
import { movieId } from '../../../dist/model/movie-id.js'
import { blobOffset, HEAD_MARK, readHead } from '../../../dist/storage/blob/pack/pack-record.js'
import { openStore } from '../../../dist/storage/open-store.js'
import { clips, runAll, testEngine } from '../../support/engine-fixture.js'
import { seededRandom } from '../../support/seeded.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const movie = clips(5)

let root: string
let engine: Engine
const file = (...path: string[]) => join(root, 'movie', ...path)

/** A movie of two runs: ten blobs in all, of which the first run's five are not current any more. */
beforeEach(async () => {
  root = await temporaryFolder()
  const p = inline(({ indices, inputs }) => ({
    outputs: {
      Text: `clip ${indices.n}`,
      Image: { bytes: Buffer.from(`image ${indices.n} ${inputs.style}`), mimeType: 'image/png' },
    },
  }))
  engine = await testEngine({ store: `file:${root}`, providers: { p } })
  await runAll(engine, { blueprint: movie })
  await runAll(engine, { blueprint: movie, inputs: { style: 'bold' } })
})

const damage = ({ findings }: Verification) => findings.filter(({ severity }) => severity === 'damage')

async function flip(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path)
  bytes[offset]! ^= 1
  await writeFile(path, bytes)
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

/** Each blob of each pack: where its bytes begin, and how findings name it. */
async function packedBlobs(folder: string) {
  const blobs: { path: string; at: number; sizeBytes: number; where: string }[] = []
  for (const path of await filesIn(folder)) {
    const bytes = await readFile(path)
    for (let at = bytes.indexOf(HEAD_MARK); at !== -1; at = bytes.indexOf(HEAD_MARK, at + 1)) {
      const record = readHead(bytes, at, at)!
      const where = `${path.slice(root.length + 1)}:${at}`
      blobs.push({ path, at: blobOffset(record), sizeBytes: record.sizeBytes, where })
    }
  }
  return blobs
}

test('a sound movie is clean, and says how much was checked', async () => {
  const { seq } = await lastEvent()
  expect(await engine.movie('movie').verify()).toEqual({
    movieId: 'movie',
    isClean: true,
    findings: [],
    checked: { events: seq, blobs: 10, revision: 2 },
  })
})

async function lastEvent() {
  let last: { seq: number } = { seq: 0 }
  for await (const event of engine.movie('movie').events()) last = event
  return last
}

describe('a flipped bit', () => {
  test('in the log is found in its line', async () => {
    const lines = (await readFile(file('events.jsonl'), 'utf8')).split('\n')
    const at = lines.findIndex(line => line.includes('"Producer:Clip[3].Text"'))
    const offset = Buffer.byteLength(lines.slice(0, at).join('\n')) + 1 + lines[at]!.indexOf('clip 3')
    await flip(file('events.jsonl'), offset)
    const result = await engine.movie('movie').verify()
    expect(result.isClean).toBe(false)
    expect(damage(result)).toEqual([
      expect.objectContaining({ where: `movie/events.jsonl:${at + 1}`, message: expect.any(String) }),
    ])
  })

  test('in a blob is found, also in one that is not current any more', async () => {
    const blobs = await packedBlobs(file('blob-packs'))
    expect(blobs).toHaveLength(10)
    for (const { path, at } of blobs) await flip(path, at + 2)
    const found = damage(await engine.movie('movie').verify()).map(({ where }) => where)
    expect(found.sort()).toEqual(blobs.map(({ where }) => where).sort())
  })

  test.each([1, 2])('in manifest revision %i is found in its line', async revision => {
    const path = file('manifests', `00000000000${revision}.json`)
    const text = await readFile(path, 'utf8')
    await flip(path, text.indexOf('"clip 3"') + 2)
    const [finding] = damage(await engine.movie('movie').verify())
    // The seal on the last line tells that one of the lines before it was changed.
    expect(finding?.where).toMatch(new RegExp(`^movie/manifests/00000000000${revision}.json:\\d+$`))
  })

  test('anywhere in the movie is found, and its file is named', async () => {
    const random = seededRandom('flips')
    const paths = [
      file('events.jsonl'),
      ...(await filesIn(file('manifests'))),
      ...(await filesIn(file('blob-packs'))),
    ]
    const missed: string[] = []
    for (let round = 0; round < 120; round++) {
      const path = paths[round % paths.length]!
      const bytes = await readFile(path)
      // Without its newline the last line of a log is a torn tail, which is no damage.
      const offset = Math.floor(random() * (bytes.length - 1))
      await flip(path, offset)
      const found = damage(await engine.movie('movie').verify())
      const name = path.slice(root.length + 1)
      if (!found.some(({ where }) => where.startsWith(name))) missed.push(`${name} byte ${offset}`)
      await writeFile(path, bytes)
    }
    expect(missed).toEqual([])
    expect(await engine.movie('movie').verify()).toMatchObject({ isClean: true })
  })
})

test('the blobs of a pack that is lost, and of one that is cut off, are found', async () => {
  const [lost, short] = await filesIn(file('blob-packs'))
  await rm(lost!)
  // The index, and the last blob's last byte.
  const last = (await packedBlobs(file('blob-packs'))).at(-1)!
  await truncate(short!, last.at + last.sizeBytes - 1)
  const { findings } = await engine.movie('movie').verify()
  const [torn, ...missing] = findings
  expect(torn).toMatchObject({ severity: 'note', where: last.where })
  expect(missing).toHaveLength(6)
  for (const { severity, where } of missing) {
    expect(severity).toBe('damage')
    expect(where).toMatch(/^movie\/blobs\/[0-9a-f]{2}\/[0-9a-f]{64}$/)
  }
})

test('blobs are checked even when the log is damaged', async () => {
  const lines = (await readFile(file('events.jsonl'), 'utf8')).split('\n')
  await flip(file('events.jsonl'), Buffer.byteLength(lines.slice(0, -3).join('\n')) - 20)
  for (const { path, at } of await packedBlobs(file('blob-packs'))) await flip(path, at)
  const found = damage(await engine.movie('movie').verify()).map(({ where }) => where)
  expect(found).toContainEqual(expect.stringMatching(/^movie\/events\.jsonl:\d+$/))
  // Those that the manifest names; of the others only the log knew.
  expect(found.filter(where => where.startsWith('movie/blob-packs/'))).toHaveLength(5)
})

test.each(['folder', 'link'])(
  'a %s in the place of the log is damage, and the blobs are checked',
  async odd => {
    await rename(file('events.jsonl'), file('elsewhere.jsonl'))
    if (odd === 'link') await symlink(file('elsewhere.jsonl'), file('events.jsonl'))
    else await mkdir(file('events.jsonl'))
    const found = await engine.movie('movie').verify()
    expect(found).toMatchObject({ isClean: false, checked: { events: 0, blobs: 5 } })
    expect(damage(found)).toEqual([
      expect.objectContaining({
        where: 'movie/events.jsonl',
        message: expect.stringContaining(`is a ${odd}`),
      }),
    ])
  },
)

test('a manifest that does not say what the log says is damage, whatever its seal', async () => {
  const store = await openStore(`file:${root}`)
  const manifests = store.manifests(movieId('movie'))
  const artifacts: { artifactId: string; value?: unknown }[] = []
  const jobs: unknown[] = []
  const newest = (await manifests.load({ artifact: a => artifacts.push(a), job: j => jobs.push(j) }))!
  const { position, savedAt, lastRun, costUsd } = newest.header
  const changed = artifacts
    .filter(({ artifactId }) => artifactId !== 'Producer:Clip[4].Text')
    .map(record => (record.artifactId === 'Producer:Clip[1].Text' ? { ...record, value: 'another' } : record))
  await manifests.save(
    { header: { position, savedAt, lastRun, costUsd }, artifacts: changed as never, jobs: jobs as never },
    newest,
  )
  const messages = damage(await engine.movie('movie').verify()).map(({ message }) => message)
  expect(messages.some(message => message.includes('Producer:Clip[1].Text'))).toBe(true)
  expect(messages.some(message => message.includes('Producer:Clip[4].Text'))).toBe(true)
})

test('verify changes nothing and needs a movie', async () => {
  const before = await Promise.all((await filesIn(root)).sort().map(path => readFile(path, 'hex')))
  await engine.movie('movie').verify()
  expect(await Promise.all((await filesIn(root)).sort().map(path => readFile(path, 'hex')))).toEqual(before)
  await expect(engine.movie('nothing').verify()).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
  expect(existsSync(join(root, 'nothing'))).toBe(false)
})

test('a log that is gone is damage, and nobody takes the movie for a new one', async () => {
  await rm(file('events.jsonl'))
  const result = await engine.movie('movie').verify()
  expect(result.isClean).toBe(false)
  expect(damage(result).length).toBeGreaterThan(0)
  const corrupt = { code: 'LOG_CORRUPT' }
  await expect(engine.movie('movie').status()).rejects.toMatchObject(corrupt)
  await expect(engine.plan({ blueprint: movie })).rejects.toMatchObject(corrupt)
  await expect(engine.run({ blueprint: movie })).rejects.toMatchObject(corrupt)
})
