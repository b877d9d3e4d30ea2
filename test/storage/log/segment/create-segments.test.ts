import { expect, test } from 'vitest'
import type { LoggedEvent } from '../../../../src/model/movie/event.js'
import { movieId } from '../../../../src/model/movie-id.js'
import { layout } from '../../../../src/storage/layout.js'
import { LocalFiles } from '../../../../src/storage/local/local-files.js'
import { createSegments } from '../../../../src/storage/log/segment/create-segments.js'
import { SegmentLog } from '../../../../src/storage/log/segment/segment-log.js'
import { movie, numberedEvents, openWriter, readAll } from '../../../support/storage/log-fixture.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

const copy = movieId('copy')
/** A segment a batch. */
const SMALL = 1

/** A log that two writers have written, in batches of a segment each. */
async function source() {
  const files = new LocalFiles(await temporaryFolder(), 'process')
  const logOf = (of: typeof movie) =>
    new SegmentLog(of, files, () => new Date(), { sleep: async () => {}, nowMs: () => 0 })
  for (const first of [0, 3]) {
    const writer = await openWriter(logOf(movie))
    for (let number = first; number < first + 3; number++) await writer.append(numberedEvents(number, 1))
    await writer.close()
  }
  const batches: (readonly LoggedEvent[])[] = []
  for await (const { events } of logOf(movie).read()) batches.push(events)
  return { files, batches, log: logOf(movie), created: logOf(copy) }
}

async function* each<Item>(items: readonly Item[], fail?: Error): AsyncGenerator<Item> {
  yield* items
  if (fail) throw fail
}

test('a log that is created has the same events with the same numbers, and goes on', async () => {
  const { files, batches, log, created } = await source()
  expect(await createSegments(copy, files, each(batches), SMALL)).toBe('created')
  expect(await readAll(created)).toEqual(await readAll(log))
  const findings = []
  for await (const finding of created.check()) findings.push(finding)
  expect(findings).toEqual([])
  const writer = await openWriter(created)
  await writer.append(numberedEvents(7, 1))
  await writer.close()
  expect((await readAll(created)).length).toBe((await readAll(log)).length + 3)
  expect(await createSegments(copy, files, each(batches), SMALL)).toBe('exists')
})

test('what is read in the middle of it goes on from there', async () => {
  const { files, batches, log, created } = await source()
  await createSegments(copy, files, each(batches), SMALL)
  const whole = await readAll(log)
  for await (const { position } of created.read()) {
    const rest = []
    for await (const { events } of created.read(position)) rest.push(...events)
    expect(rest).toEqual(whole.filter(({ seq }) => seq > position.seq))
  }
})

test('a part that is spoiled or gone is damage', async () => {
  const { files, batches, created } = await source()
  await createSegments(copy, files, each(batches), SMALL)
  const [name] = await files.names(layout.beginnings(copy))
  const path = `${layout.beginnings(copy)}/${name}`
  await files.replace(path, Buffer.from('{}\n'))
  await expect(readAll(created)).rejects.toMatchObject({ code: 'LOG_CORRUPT' })
  await files.delete(path)
  await expect(readAll(created)).rejects.toMatchObject({ code: 'LOG_CORRUPT' })
})

/** The same files, of a process that dies before it creates its `nth` one. */
const dyingAt = (files: LocalFiles, nth: number): LocalFiles => {
  let count = 0
  return new Proxy(files, {
    get(target, name) {
      const value = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (name === 'create' && count++ === nth)
        return () => {
          throw new Error('died')
        }
      return value.bind(target)
    },
  })
}

test("an attempt that dies at any moment leaves no log, and is in nobody's way", async () => {
  const { batches, log } = await source()
  const whole = await readAll(log)
  let moments = 0
  for (let nth = 0; ; nth++) {
    const { files, created } = await source()
    const died = await createSegments(copy, dyingAt(files, nth), each(batches), SMALL).catch(error => {
      expect(error.message).toBe('died')
      return undefined
    })
    if (died === 'created') break
    moments++
    expect(await created.exists()).toBe(false)
    expect(await readAll(created)).toEqual([])
    if (nth % 2 === 0) {
      // Somebody else begins a movie of that name.
      const writer = await openWriter(created)
      await writer.append(numberedEvents(0, 1))
      await writer.append(numberedEvents(1, 1))
      await writer.close()
      expect(await readAll(created)).toHaveLength(4)
      expect(await createSegments(copy, files, each(batches), SMALL)).toBe('exists')
      await created.pack()
      expect(await files.names(layout.beginnings(copy))).toEqual([])
      expect(await readAll(created)).toHaveLength(4)
    } else {
      expect(await createSegments(copy, files, each(batches), SMALL)).toBe('created')
      await created.pack()
      expect(await files.names(layout.beginnings(copy))).toHaveLength(batches.length - 1)
      expect(await readAll(created)).toEqual(whole)
    }
  }
  expect(moments).toBe(batches.length)
})
