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

test('without its end there is no log, and another attempt makes it', async () => {
  const { files, batches, log, created } = await source()
  const cut = createSegments(copy, files, each(batches.slice(0, 4), new Error('died')), SMALL)
  await expect(cut).rejects.toThrow('died')
  expect(await created.exists()).toBe(false)
  expect(await files.size(layout.segment(copy, 2))).toBeGreaterThan(0)
  expect(await readAll(created)).toEqual([])
  expect(await createSegments(copy, files, each(batches), SMALL)).toBe('created')
  expect(await readAll(created)).toEqual(await readAll(log))
})
