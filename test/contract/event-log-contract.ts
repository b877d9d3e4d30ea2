import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { LoggedEvent, MovieEvent } from '../../src/model/movie/event.js'
import { LOG_START, type LogPosition } from '../../src/model/movie/log-position.js'
import type { EventLog, Finding, Store } from '../../src/storage/store.js'
import {
  eventsOf,
  movie,
  numberedEvent,
  numberedEvents,
  numbersIn,
  openWriter,
  readAll,
} from '../support/storage/log-fixture.js'

async function findings(log: EventLog): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const finding of log.check()) found.push(finding)
  return found
}

const FAILURE = {
  type: 'job.failed',
  jobId: 'Producer:Picture[7]',
  attempt: 1,
  durationMs: 5,
  error: { code: 'timeout', message: 'größer' },
  timestamp: '2026-01-01T00:00:00.000Z',
} as MovieEvent

/**
 * What every store promises about a movie's log. `open` makes a new, empty one; `voidLines` of a writer that was
 * fenced out at its second append stay in the log.
 */
export function eventLogContract(
  open: () => Promise<Store>,
  { voidLines }: { readonly voidLines: number },
): void {
  test('there is none at first', async () => {
    const log = (await open()).log(movie)
    expect(await log.exists()).toBe(false)
    expect(await readAll(log)).toEqual([])
    expect(await findings(log)).toEqual([])
  })

  test('events are read as they were appended, numbered from 1', async () => {
    const log = (await open()).log(movie)
    const writer = await openWriter(log)
    expect(await log.exists()).toBe(true)
    const sent = numberedEvents(0, 3)
    const position = await writer.append(sent)
    expect(position).toEqual(writer.position)
    const events = await readAll(log)
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    expect(events[0]!.event).toMatchObject({ type: 'writer.opened', token: 1, holder: 'host/1/nonce' })
    expect(events.slice(1).map(({ event }) => event)).toEqual(sent)
    expect(position).toMatchObject({ seq: 4, token: 1 })
  })

  test('a log that is being written is checked, and nothing is damaged', async () => {
    const log = (await open()).log(movie)
    const writer = await openWriter(log)
    let isOver = false
    const writing = (async () => {
      for (let batch = 0; !isOver; batch++) {
        await writer.append(numberedEvents(batch * 10, 10))
        await nextTurn()
      }
    })()
    for (let check = 0; check < 20; check++) {
      const damage = (await findings(log)).filter(({ severity }) => severity === 'damage')
      expect(damage).toEqual([])
    }
    isOver = true
    await writing
    await writer.close()
    expect(await findings(log)).toEqual([])
  })

  test('a batch that is longer than one write is acknowledged whole', async () => {
    const log = (await open()).log(movie)
    const writer = await openWriter(log)
    // Two writes to a file, and far more than one segment.
    const sent = Array.from({ length: 17 }, (_, number) => numberedEvent(number, 'x'.repeat(4 * 1024 * 1024)))
    const position = await writer.append(sent)
    expect(position.seq).toBe(18)
    expect(numbersIn(await readAll(log))).toEqual(sent.map((_, number) => number))
    expect(await readAll(log, position)).toEqual([])
  })

  test('unknown types and fields are kept', async () => {
    const log = (await open()).log(movie)
    const writer = await openWriter(log)
    const unknown = { type: 'job.dreamt', of: ['sheep', { seq: 9, w: 8, c: '00000000' }], seq: 1, c: 'x' }
    await writer.append([unknown as never])
    expect((await readAll(log)).at(-1)).toEqual({ seq: 2, event: unknown })
  })

  test('reading goes on from any position', async () => {
    const log = (await open()).log(movie)
    const writer = await openWriter(log)
    const positions: LogPosition[] = [LOG_START, writer.position]
    for (let batch = 0; batch < 5; batch++) positions.push(await writer.append(numberedEvents(batch * 3, 3)))
    const all = await readAll(log)
    for (const position of positions) expect(await readAll(log, position)).toEqual(all.slice(position.seq))
  })

  test('the position of each batch continues where the batch ended', async () => {
    const log = (await open()).log(movie)
    const writer = await openWriter(log)
    for (let batch = 0; batch < 4; batch++) await writer.append(numberedEvents(batch * 2_000, 2_000))
    const all = await readAll(log)
    expect(all).toHaveLength(8_001)
    let batches = 0
    for await (const { events, position } of log.read()) {
      batches += 1
      expect(position.seq).toBe(events.at(-1)!.seq)
      expect((await readAll(log, position)).length).toBe(all.length - position.seq)
    }
    expect(batches).toBeGreaterThan(1)
  })

  test('reading between two positions gives what stands between them, and nothing after it', async () => {
    const log = (await open()).log(movie)
    const writer = await openWriter(log)
    const positions: LogPosition[] = [LOG_START, writer.position]
    for (let batch = 0; batch < 5; batch++) positions.push(await writer.append(numberedEvents(batch * 3, 3)))
    const all = await readAll(log)
    for (const after of positions)
      for (const to of positions.filter(({ seq }) => seq > after.seq)) {
        const read: LoggedEvent[] = []
        for await (const { events } of log.read(after, { to })) read.push(...events)
        expect(read).toEqual(all.slice(after.seq, to.seq))
      }
  })

  test('a reader of some types gets these with their numbers, and knows how far it is', async () => {
    const log = (await open()).log(movie)
    const writer = await openWriter(log)
    for (let batch = 0; batch < 3; batch++)
      await writer.append([...numberedEvents(batch * 2_000, 2_000), FAILURE])
    await writer.close()
    const all = await readAll(log)
    const types = ['job.failed', 'writer.closed'] as const
    const wanted = all.filter(({ event }) => (types as readonly string[]).includes(event.type))
    expect(wanted.map(({ seq }) => seq)).toEqual([2_002, 4_003, 6_004, 6_005])
    expect(await eventsOf(log.read(LOG_START, { types }))).toEqual(wanted)
    let position: LogPosition = LOG_START
    for await (const batch of log.read(LOG_START, { types })) {
      for (const { seq } of batch.events) expect(seq).toBeGreaterThan(position.seq)
      position = batch.position
      expect(await eventsOf(log.read(position))).toEqual(all.slice(position.seq))
    }
    expect(position.seq).toBe(all.length)
    const abort = new AbortController()
    const followed: LoggedEvent[] = []
    for await (const { events } of log.follow(LOG_START, abort.signal, types)) {
      followed.push(...events)
      if (followed.length === wanted.length) abort.abort()
    }
    expect(followed).toEqual(wanted)
    expect(await eventsOf(log.read(LOG_START, { types: [] }))).toEqual([])
  })

  test('closing says so in the log, once, and ends the appends', async () => {
    const log = (await open()).log(movie)
    const writer = await openWriter(log)
    await Promise.all([writer.close(), writer.close()])
    await writer.close()
    expect((await readAll(log)).map(({ event }) => event.type)).toEqual(['writer.opened', 'writer.closed'])
    await expect(writer.append(numberedEvents(0, 1))).rejects.toMatchObject({ code: 'WRITER_CLOSED' })
  })

  test('an empty append changes nothing', async () => {
    const log = (await open()).log(movie)
    const writer = await openWriter(log)
    expect(await writer.append([])).toEqual(writer.position)
    expect(await readAll(log)).toHaveLength(1)
  })

  test('a second append while one is in flight is refused, and the first stands', async () => {
    const log = (await open()).log(movie)
    const writer = await openWriter(log)
    const first = writer.append(numberedEvents(0, 1))
    await expect(writer.append(numberedEvents(1, 1))).rejects.toMatchObject({ code: 'INTERNAL' })
    await first
    await writer.append(numberedEvents(2, 1))
    expect(numbersIn(await readAll(log))).toEqual([0, 2])
  })

  describe('opening a writer', () => {
    test('hands over every event behind the given position, and its own opening last', async () => {
      const log = (await open()).log(movie)
      const first = await openWriter(log)
      const middle = await first.append(numberedEvents(0, 2))
      await first.append(numberedEvents(2, 2))
      await first.close()
      const seen: LoggedEvent[] = []
      let last: LogPosition | undefined
      const second = await log.openWriter({
        holder: 'host/2/other',
        after: middle,
        onBatch: ({ events, position }) => {
          seen.push(...events)
          last = position
        },
      })
      expect(seen).toEqual(await readAll(log, middle))
      expect(seen.at(-1)!.event).toMatchObject({ type: 'writer.opened', token: 2, holder: 'host/2/other' })
      expect(last).toEqual(second.position)
      expect(second.token).toBe(2)
    })

    test('many at once get tokens of their own, and only the highest can append', async () => {
      const store = await open()
      // The same holder for all: to tell them apart is the log's own business.
      const writers = await Promise.all(Array.from({ length: 8 }, () => openWriter(store.log(movie))))
      const tokens = writers.map(writer => writer.token)
      expect(new Set(tokens).size).toBe(writers.length)
      const highest = Math.max(...tokens)
      const outcomes = await Promise.allSettled(
        writers.map((writer, index) => writer.append([numberedEvent(index)])),
      )
      for (const [index, outcome] of outcomes.entries()) {
        if (tokens[index] === highest) expect(outcome.status).toBe('fulfilled')
        else expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'WRITER_FENCED' } })
      }
      const events = await readAll(store.log(movie))
      expect(numbersIn(events)).toEqual([tokens.indexOf(highest)])
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    })
  })

  describe('fencing', () => {
    test('a superseded writer is told so, and nothing it sends counts', async () => {
      const store = await open()
      const older = await openWriter(store.log(movie))
      await older.append(numberedEvents(0, 2))
      const newer = await openWriter(store.log(movie))
      await newer.append(numberedEvents(10, 2))
      await expect(older.append(numberedEvents(2, 2))).rejects.toMatchObject({
        code: 'WRITER_FENCED',
        details: { movieId: 'atlas', token: 1, newerToken: 2 },
      })
      await expect(older.append(numberedEvents(4, 1))).rejects.toMatchObject({ code: 'WRITER_CLOSED' })
      await older.close()
      await newer.append(numberedEvents(12, 2))
      await newer.append(numberedEvents(14, 2))
      const events = await readAll(store.log(movie))
      expect(numbersIn(events)).toEqual([0, 1, 10, 11, 12, 13, 14, 15])
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
      expect(events.at(-1)!.seq).toBe(newer.position.seq)
      await newer.close()
      // Where an older writer's lines can still land they are void, and noted.
      const notes = Array.from({ length: voidLines }, () => ({ severity: 'note' }))
      expect(await findings(store.log(movie))).toMatchObject(notes)
    })

    test('closing a superseded writer is no error', async () => {
      const store = await open()
      const older = await openWriter(store.log(movie))
      const newer = await openWriter(store.log(movie))
      await older.close()
      await newer.close()
      expect((await readAll(store.log(movie))).map(({ event }) => event.type)).toEqual([
        'writer.opened',
        'writer.opened',
        'writer.closed',
      ])
    })

    test('an append that races with an opening is either read by the opener, or refused', async () => {
      const store = await open()
      const acknowledged: number[] = []
      let number = 0
      let writer = await openWriter(store.log(movie))
      for (let round = 0; round < 15; round++) {
        const sent = numberedEvents(number, 3)
        number += 3
        const seen: LoggedEvent[] = []
        const [outcome, next] = await Promise.all([
          writer.append(sent).then(
            () => 'acknowledged',
            error => error.code,
          ),
          store.log(movie).openWriter({
            holder: `round ${round}`,
            after: LOG_START,
            onBatch: ({ events }) => seen.push(...events),
          }),
        ])
        expect(['acknowledged', 'WRITER_FENCED']).toContain(outcome)
        if (outcome === 'acknowledged') {
          acknowledged.push(...sent.map((_, index) => number - 3 + index))
          expect(numbersIn(seen)).toEqual(expect.arrayContaining(acknowledged))
        }
        await writer.close()
        writer = next
      }
      const logged = numbersIn(await readAll(store.log(movie)))
      expect(logged).toEqual(expect.arrayContaining(acknowledged))
      expect(new Set(logged).size).toBe(logged.length)
    })
  })

  describe('following', () => {
    test('hands over what is there, then what comes, until it is aborted', async () => {
      const store = await open()
      const writer = await openWriter(store.log(movie))
      await writer.append(numberedEvents(0, 2))
      const abort = new AbortController()
      const numbers: number[] = []
      for await (const { events } of store.log(movie).follow(LOG_START, abort.signal)) {
        numbers.push(...numbersIn(events))
        const next = numbers.length
        // A batch may hold the opening alone.
        if (next === 0) continue
        if (next < 6) await writer.append(numberedEvents(next, 2))
        else abort.abort()
      }
      expect(numbers).toEqual([0, 1, 2, 3, 4, 5])
    })

    test('begins before there is a log', async () => {
      const store = await open()
      const abort = new AbortController()
      const following = (async () => {
        for await (const { events } of store.log(movie).follow(LOG_START, abort.signal)) return events.length
        return undefined
      })()
      await openWriter(store.log(movie))
      expect(await following).toBe(1)
      abort.abort()
    })

    test('an abort ends a follower that waits, and one that has not begun', async () => {
      const log = (await open()).log(movie)
      await openWriter(log)
      const abort = new AbortController()
      const seen: number[] = []
      const following = (async () => {
        for await (const { events } of log.follow(LOG_START, abort.signal)) {
          seen.push(events.length)
          setImmediate(() => abort.abort())
        }
      })()
      await following
      for await (const { events } of log.follow(LOG_START, abort.signal)) seen.push(events.length)
      expect(seen).toEqual([1])
    })
  })
}
