import { describe, expect, test } from 'vitest'
import { layout } from '../../src/storage/layout.js'
import { sharedFileSystem } from '../../src/storage/local/file-system-type.js'
import { openStore } from '../../src/storage/open-store.js'
import type { Store } from '../../src/storage/store.js'
import { movie, numberedEvents, numbersIn, openWriter, readAll } from '../support/storage/log-fixture.js'
import { linkedSegments, memorySegments } from '../support/storage/segment-store.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { eventLogContract } from './event-log-contract.js'

describe('segments in memory', () => eventLogContract(memorySegments, { voidLines: 0 }))
describe('segments by link(2)', () => eventLogContract(linkedSegments, { voidLines: 0 }))

test('a movie in a folder keeps the kind of log that it began with', async () => {
  const root = await temporaryFolder()
  const segments = await linkedSegments(root)
  await (await openWriter(segments.log(movie))).append(numberedEvents(0, 2))
  const store: Store = await openStore(`file:${root}`)
  const writer = await openWriter(store.log(movie))
  await writer.append(numberedEvents(2, 1))
  await writer.close()
  expect(numbersIn(await readAll(store.log(movie)))).toEqual([0, 1, 2])
  expect((await store.files.size(layout.events(movie))) !== undefined).toBe(false)
  expect((await store.files.size(layout.segment(movie, 4))) !== undefined).toBe(true)
  const movies: string[] = []
  for await (const id of store.listMovies()) movies.push(id)
  expect(movies).toEqual([movie])
})

test('a local disk is no shared file system', async () => {
  expect(await sharedFileSystem(`${await temporaryFolder()}/not/there/yet`)).toBeUndefined()
})
