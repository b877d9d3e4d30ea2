import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MovieEvent } from '../../src/model/movie/event.js'
import { LOG_START, type LogPosition } from '../../src/model/movie/log-position.js'
import { openStore } from '../../src/storage/open-store.js'
import type { Store } from '../../src/storage/store.js'
import { rounds } from '../support/rounds.js'
import { eventsOf, movie, openWriter, readAll } from '../support/storage/log-fixture.js'
import { findingsOf, rawLog } from '../support/storage/raw-log.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Any JSON object with a type that is not the log's own, also with keys that the lines use themselves. */
const anyEvent = fc
  .dictionary(fc.oneof(fc.constantFrom('seq', 'w', 'c', 'token', 'value'), fc.string()), fc.jsonValue(), {
    maxKeys: 6,
  })
  .map(
    fields =>
      ({ ...(JSON.parse(JSON.stringify(fields)) as object), type: 'artifact' }) as unknown as MovieEvent,
  )

const anyBatches = fc.array(fc.array(anyEvent, { minLength: 1, maxLength: 40 }), { maxLength: 12 })

async function appendAndRead(store: Store, batches: MovieEvent[][], reopenAt: number, at: number) {
  let writer = await openWriter(store.log(movie))
  const positions: LogPosition[] = [LOG_START, writer.position]
  for (const [index, batch] of batches.entries()) {
    if (index === reopenAt) writer = await openWriter(store.log(movie), 'h', positions.at(-1))
    positions.push(await writer.append(batch))
  }
  const position = positions[at % positions.length]!
  const all = await readAll(store.log(movie))
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1))
  expect(all.filter(({ event }) => event.type !== 'writer.opened').map(({ event }) => event)).toEqual(
    batches.flat(),
  )
  expect(await eventsOf(store.log(movie).read(position))).toEqual(all.slice(position.seq))
  await writer.close()
}

const run = fc.tuple(anyBatches, fc.nat(12), fc.nat(14))

test('any events in any batches read back equal and in order, from any position: memory', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ([batches, reopenAt, at]) => {
      await appendAndRead(await openStore('memory:'), batches, reopenAt, at)
    }),
    { numRuns: rounds(50, 150) },
  )
})

test('the same on a disk', async () => {
  const folder = await temporaryFolder()
  let movies = 0
  await fc.assert(
    fc.asyncProperty(run, async ([batches, reopenAt, at]) => {
      const store = await openStore(`file:${folder}/${movies++}`, { durability: 'process' })
      await appendAndRead(store, batches, reopenAt, at)
    }),
    { numRuns: rounds(12, 30) },
  )
})

test('bytes of any kind are read, or reported, and never throw anything else', async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
    fc.constantFrom(
      '{"seq":',
      '1',
      ',"w":',
      ',',
      '"type":"artifact"',
      ',"c":"00000000"}',
      '\n',
      '\r\n',
      '{}',
      '[]',
    ),
    anyEvent.map(event => `${JSON.stringify(event)}\n`),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async pieces => {
      const raw = await rawLog(Buffer.concat(pieces.map(each => Buffer.from(each as string))))
      const outcome = await readAll(raw.log).catch(error => error.code as string)
      const isDamaged = (await findingsOf(raw.log)).some(({ severity }) => severity === 'damage')
      expect(typeof outcome === 'string' ? outcome : 'whole').toBe(isDamaged ? 'LOG_CORRUPT' : 'whole')
    }),
    { numRuns: rounds(150, 500) },
  )
})
