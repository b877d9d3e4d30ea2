import { expect, test } from 'vitest'
import type { EngineFiles } from '../../../../src/storage/engine-files.js'
import { layout } from '../../../../src/storage/layout.js'
import { LocalFiles } from '../../../../src/storage/local/local-files.js'
import { SegmentLog } from '../../../../src/storage/log/segment/segment-log.js'
import {
  movie,
  numberedEvents,
  numbersIn,
  openWriter,
  readAll,
} from '../../../support/storage/log-fixture.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

const SEGMENTS = 200

/** A log of 200 segments, and what its readers ask for. */
async function longLog() {
  const files = new LocalFiles(await temporaryFolder(), 'process')
  const asked: string[] = []
  const watched: EngineFiles = new Proxy(files, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (key === 'read' || key === 'names') asked.push(`${key} ${args[0]}`)
        return value.apply(target, args)
      }
    },
  })
  const log = new SegmentLog(movie, watched, () => new Date(), { sleep: async () => {}, nowMs: () => 0 })
  const writer = await openWriter(log)
  for (let number = 0; number < SEGMENTS - 1; number++) await writer.append(numberedEvents(number, 1))
  const { position } = writer
  asked.length = 0
  return { log, files, asked, position }
}
const expected = Array.from({ length: SEGMENTS - 1 }, (_, number) => number)

test('a packed log is the same log, read with few requests', async () => {
  const { log, asked, position } = await longLog()
  expect(await log.pack()).toBe(SEGMENTS)
  expect(await log.pack()).toBe(0)
  asked.length = 0
  expect(numbersIn(await readAll(log))).toEqual(expected)
  expect(asked).toHaveLength(3)
  for await (const finding of log.check()) expect(finding).toBeUndefined()
  // The next writer goes on behind the pack, and readers go on from any place.
  const writer = await openWriter(log, 'host/2/x', position)
  await writer.append(numberedEvents(SEGMENTS - 1, 1))
  expect(numbersIn(await readAll(log))).toEqual([...expected, SEGMENTS - 1])
  expect(numbersIn(await readAll(log, position))).toEqual([SEGMENTS - 1])
})

test('a damaged pack is no loss; a damaged segment is found although it is packed', async () => {
  const { log, files } = await longLog()
  await log.pack()
  const pack = layout.pack(movie, 1, SEGMENTS)
  const bytes = (await files.read(pack))!
  bytes[bytes.length - 100]! ^= 1
  await files.replace(pack, bytes)
  expect(numbersIn(await readAll(log))).toEqual(expected)
  const segment = layout.segment(movie, 70)
  const good = (await files.read(segment))!
  const bad = Buffer.from(good)
  bad[bad.length - 40]! ^= 1
  await files.replace(segment, bad)
  const found: string[] = []
  for await (const { where } of log.check()) found.push(where)
  expect(found).toContain(segment)
  await expect(readAll(log)).rejects.toMatchObject({ code: 'LOG_CORRUPT' })
})

test('a short log is not packed, and what is damaged is not packed over', async () => {
  const { log, files } = await longLog()
  await files.replace(layout.segment(movie, 30), Buffer.from('{}\n'))
  expect(await log.pack()).toBe(0)
  const short = new SegmentLog(movie, new LocalFiles(await temporaryFolder(), 'process'), () => new Date())
  await openWriter(short)
  expect(await short.pack()).toBe(0)
})
