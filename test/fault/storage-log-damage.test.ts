import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { LOG_START } from '../../src/model/movie/log-position.js'
import { LineEncoder } from '../../src/storage/log/line/line-encoder.js'
import {
  numberedEvent,
  numberedEvents,
  numbersIn,
  openWriter,
  readAll,
} from '../support/storage/log-fixture.js'
import { findingsOf, rawLog } from '../support/storage/raw-log.js'

const line = (number: number, seq: number, token: number): string =>
  new LineEncoder().encode([numberedEvent(number)], seq, token).toString()

/** Three writers after each other; the first and the second die without a word. */
async function sampleLog() {
  const raw = await rawLog()
  const first = await openWriter(raw.log)
  await first.append(numberedEvents(0, 3))
  const second = await openWriter(raw.log)
  await second.append(numberedEvents(3, 2))
  const third = await openWriter(raw.log)
  await third.append(numberedEvents(5, 2))
  await third.close()
  return raw
}

describe('a line that does not count', () => {
  test('a torn tail of any length is left out by readers, and by the next writer sealed', async () => {
    const sample = await sampleLog()
    const whole = await sample.bytes()
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1
    const before = await readAll(sample.log)
    for (let cut = lastLine; cut < whole.length; cut++) {
      const raw = await rawLog(whole.subarray(0, cut))
      // A line that lacks nothing but its newline counts.
      const expected = cut === whole.length - 1 ? before : before.slice(0, -1)
      expect(await readAll(raw.log)).toEqual(expected)
      expect((await findingsOf(raw.log)).filter(({ severity }) => severity === 'damage')).toEqual([])
      const writer = await openWriter(raw.log)
      await writer.append(numberedEvents(100, 1))
      const after = await readAll(raw.log)
      expect(after.slice(0, -2)).toEqual(expected)
      expect(numbersIn(after).at(-1)).toBe(100)
      expect(after.at(-1)!.seq).toBe(after.length)
      expect((await findingsOf(raw.log)).filter(({ severity }) => severity === 'damage')).toEqual([])
    }
  })

  test('a torn tail is noted with its line, before and after it was sealed', async () => {
    const raw = await sampleLog()
    await raw.append(line(7, 12, 3).slice(0, 50))
    const where = `atlas/events.jsonl:${(await raw.lines()).length}`
    const torn = (await findingsOf(raw.log)).at(-1)
    expect(torn).toMatchObject({ severity: 'note', where })
    await openWriter(raw.log)
    expect((await findingsOf(raw.log)).at(-1)).toMatchObject({ severity: 'note', where })
  })

  test('a seal that was itself cut short is sealed by the next writer', async () => {
    const raw = await sampleLog()
    const before = await readAll(raw.log)
    await raw.append(line(7, 12, 3).slice(0, 50))
    await raw.append('\n{"seq":12,"w":4,"type":"writer.ope')
    expect(await readAll(raw.log)).toEqual(before)
    const writer = await openWriter(raw.log)
    expect(writer.token).toBe(4)
    expect(await readAll(raw.log)).toHaveLength(before.length + 1)
  })

  test('blocks that a power loss left empty are a torn tail', async () => {
    const raw = await sampleLog()
    const before = await readAll(raw.log)
    const torn = Buffer.from(line(7, 12, 3))
    await raw.append(torn.fill(0, 20, 60))
    expect(await readAll(raw.log)).toEqual(before)
    await openWriter(raw.log)
    expect(await readAll(raw.log)).toHaveLength(before.length + 1)
  })

  test("a superseded writer's line right behind a torn one spoils nothing", async () => {
    const raw = await sampleLog()
    const before = await readAll(raw.log)
    await raw.append(line(7, 12, 3).slice(0, 70) + line(50, 9, 2) + line(51, 10, 2))
    expect(await readAll(raw.log)).toEqual(before)
    const writer = await openWriter(raw.log)
    await writer.append(numberedEvents(8, 1))
    expect(numbersIn(await readAll(raw.log))).toEqual([0, 1, 2, 3, 4, 5, 6, 8])
  })

  test('a line behind the torn one of a superseded writer counts, and is acknowledged', async () => {
    const raw = await sampleLog()
    const writer = await openWriter(raw.log)
    await raw.append(line(50, 9, 2).slice(0, 70))
    await writer.append(numberedEvents(7, 2))
    await writer.append(numberedEvents(9, 2))
    expect(numbersIn(await readAll(raw.log))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(await findingsOf(raw.log)).toMatchObject([{ severity: 'note' }])
  })

  test('of two openings with the same token the second is void', async () => {
    const raw = await sampleLog()
    const opened = (nonce: string) =>
      new LineEncoder()
        .encode([{ type: 'writer.opened', token: 4, holder: nonce, nonce, timestamp: '' }], 12, 4)
        .toString()
    await raw.append(opened('a') + opened('b') + line(7, 13, 4))
    const events = await readAll(raw.log)
    expect(events.slice(-2).map(({ seq, event }) => [seq, event.type])).toEqual([
      [12, 'writer.opened'],
      [13, 'artifact'],
    ])
    expect(events.at(-2)!.event).toMatchObject({ holder: 'a' })
    expect(await findingsOf(raw.log)).toMatchObject([{ severity: 'note' }])
  })
})

describe('damage', () => {
  test('a changed bit anywhere is found by a check, and changes no event that is read', async () => {
    const sample = await sampleLog()
    const whole = await sample.bytes()
    const before = (await readAll(sample.log)).map(event => JSON.stringify(event.event))
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole)
      bytes[at]! ^= 1 << (at % 8)
      const raw = await rawLog(bytes)
      const findings = await findingsOf(raw.log)
      expect(findings, `byte ${at}`).not.toEqual([])
      const outcome = await readAll(raw.log).catch(error => error.code as string)
      if (typeof outcome === 'string') {
        expect(outcome).toBe('LOG_CORRUPT')
        expect(findings.some(({ severity }) => severity === 'damage')).toBe(true)
        continue
      }
      // Only what stood right before a writer.opened, or at the very end, can pass for a torn tail.
      const read = outcome.map(({ event }) => JSON.stringify(event))
      expect(before).toEqual(expect.arrayContaining(read))
      expect(before.length - read.length, `byte ${at}`).toBeLessThanOrEqual(1)
    }
  })

  test('a changed newline loses no event, whatever it becomes', async () => {
    const sample = await sampleLog()
    const whole = await sample.bytes()
    const before = await readAll(sample.log)
    for (let at = whole.indexOf(10); at !== -1; at = whole.indexOf(10, at + 1)) {
      for (let bit = 0; bit < 8; bit++) {
        const bytes = Buffer.from(whole)
        bytes[at]! ^= 1 << bit
        const raw = await rawLog(bytes)
        expect(await readAll(raw.log), `byte ${at}, bit ${bit}`).toEqual(before)
        expect(await findingsOf(raw.log)).not.toEqual([])
        const writer = await openWriter(raw.log)
        await writer.append(numberedEvents(100, 1))
        expect((await readAll(raw.log)).slice(0, -2)).toEqual(before)
        expect(await readAll(raw.log, writer.position)).toEqual([])
      }
    }
  })

  test('a changed newline at a known position stands in nobody’s way', async () => {
    const raw = await sampleLog()
    const writer = await openWriter(raw.log)
    const { position } = writer
    await writer.append(numberedEvents(7, 2))
    const bytes = await raw.bytes()
    bytes[position.offset - 1]! ^= 1
    const { log } = await rawLog(bytes)
    expect(numbersIn(await readAll(log, position))).toEqual([7, 8])
    expect((await openWriter(log, 'h', position)).token).toBe(5)
  })

  test('a line whose newline was spoiled, and that an older version went on without, stays left out', async () => {
    const opened = (seq: number, token: number) =>
      new LineEncoder()
        .encode([{ type: 'writer.opened', token, holder: 'h', nonce: 'n', timestamp: '' }], seq, token)
        .toString()
    const spoiled = line(1, 3, 1).replace('\n', '\v')
    const start = opened(1, 1) + line(0, 2, 1) + spoiled
    const older = await rawLog(`${start}\n${opened(3, 2)}${line(2, 4, 2)}`)
    expect(numbersIn(await readAll(older.log))).toEqual([0, 2])
    const newer = await rawLog(`${start}\n${opened(4, 2)}${line(2, 5, 2)}`)
    expect(numbersIn(await readAll(newer.log))).toEqual([0, 1, 2])
    for (const { log } of [older, newer]) {
      const damage = (await findingsOf(log)).filter(({ severity }) => severity === 'damage')
      expect(damage).toMatchObject([{ where: 'atlas/events.jsonl:3' }])
    }
  })

  test.each([
    ['0.1.0-spoiled-newline.jsonl', 6, ['A[0]', 'A[1]']],
    ['0.1.0-continued-without-line.jsonl', 15, ['A[0]', 'A[3]', 'A[1]', 'A[2]']],
  ])('%s, which version 0.1.0 wrote, is read as it was meant, and continued', async (file, seq, jobs) => {
    const raw = await rawLog(await readFile(new URL(`fixtures/${file}`, import.meta.url)))
    const events = await readAll(raw.log)
    expect(events.at(-1)!.seq).toBe(seq)
    const succeeded = events.flatMap(({ event }) => (event.type === 'job.succeeded' ? [event.jobId] : []))
    expect(succeeded).toEqual(jobs.map(job => `Producer:${job}`))
    const writer = await openWriter(raw.log)
    await writer.append(numberedEvents(0, 1))
    expect((await readAll(raw.log)).slice(0, seq)).toEqual(events)
  })

  test('events that vanished before a writer.opened are missed by its number', async () => {
    const raw = await sampleLog()
    const bytes = await raw.bytes()
    const text = bytes.toString('latin1')
    const secondOpening = text.indexOf('"w":2,"type":"writer.opened"')
    const lineStart = text.lastIndexOf('\n', secondOpening)
    const zeroed = Buffer.from(bytes).fill(0, lineStart - 300, lineStart - 1)
    const removed = Buffer.concat([
      bytes.subarray(0, text.lastIndexOf('\n', lineStart - 2) + 1),
      bytes.subarray(lineStart),
    ])
    for (const damaged of [zeroed, removed]) {
      const { log } = await rawLog(damaged)
      await expect(readAll(log)).rejects.toMatchObject({ code: 'LOG_CORRUPT' })
      await expect(openWriter(log)).rejects.toMatchObject({ code: 'LOG_CORRUPT' })
      const findings = await findingsOf(log)
      expect(findings.map(({ severity }) => severity)).toContain('damage')
      // What comes after is numbered right again.
      expect(findings.every(({ message }) => !message.includes('was expected'))).toBe(true)
    }
  })

  test('a changed last line is reported to readers, and not sealed by a new writer', async () => {
    const raw = await sampleLog()
    const bytes = await raw.bytes()
    bytes[bytes.length - 60]! ^= 4
    const { log } = await rawLog(bytes)
    await expect(readAll(log)).rejects.toMatchObject({ code: 'LOG_CORRUPT' })
    await expect(openWriter(log)).rejects.toMatchObject({ code: 'LOG_CORRUPT' })
  })

  test('is named by line and byte', async () => {
    const lines = await (await sampleLog()).lines()
    const offset = Buffer.byteLength(`${lines.slice(0, 2).join('\n')}\n`)
    lines[2] = lines[2]!.replace('quoted', 'QUOTED')
    const { log } = await rawLog(lines.join('\n'))
    await expect(readAll(log)).rejects.toMatchObject({
      code: 'LOG_CORRUPT',
      message: expect.stringContaining(`atlas/events.jsonl:3 (byte ${offset})`),
      details: { path: 'atlas/events.jsonl', line: 3, offset },
    })
    expect(await findingsOf(log)).toMatchObject([{ severity: 'damage', where: 'atlas/events.jsonl:3' }])
  })

  test.each([
    ['a line is missing', (lines: string[]) => lines.splice(2, 1), 3],
    ['a line stands twice', (lines: string[]) => lines.splice(2, 0, lines[2]!), 4],
    ['two lines changed places', (lines: string[]) => lines.splice(2, 2, lines[3]!, lines[2]!), 3],
    ['a writer.opened is missing', (lines: string[]) => lines.splice(5, 1), 6],
    ['a line of another program', (lines: string[]) => lines.splice(2, 0, 'hello'), 3],
    ['a line cut short in the middle', (lines: string[]) => lines.splice(2, 1, lines[2]!.slice(0, 40)), 3],
  ])('%s', async (_, change, number) => {
    const lines = await (await sampleLog()).lines()
    change(lines)
    const { log } = await rawLog(lines.join('\n'))
    await expect(readAll(log)).rejects.toMatchObject({ code: 'LOG_CORRUPT', details: { line: number } })
    expect((await findingsOf(log))[0]).toMatchObject({
      severity: 'damage',
      where: `atlas/events.jsonl:${number}`,
    })
  })

  test('a check tells of each place, and goes on behind it', async () => {
    const lines = await (await sampleLog()).lines()
    lines[1] = lines[1]!.replace('quoted', 'QUOTED')
    lines[6] = lines[6]!.replace('quoted', 'QUOTED')
    const { log } = await rawLog(lines.join('\n'))
    expect((await findingsOf(log)).map(({ where }) => where)).toEqual([
      'atlas/events.jsonl:2',
      'atlas/events.jsonl:7',
    ])
  })

  test('a file shorter than it was known', async () => {
    const raw = await sampleLog()
    const writer = await openWriter(raw.log)
    const bytes = await raw.bytes()
    const { log } = await rawLog(bytes.subarray(0, bytes.length - 100))
    await expect(readAll(log, writer.position)).rejects.toMatchObject({ code: 'LOG_CORRUPT' })
    await expect(openWriter(log, 'h', writer.position)).rejects.toMatchObject({ code: 'LOG_CORRUPT' })
  })

  test('a position that is not between two lines of this file', async () => {
    const raw = await sampleLog()
    const position = { seq: 3, token: 1, offset: 500 }
    expect((await raw.bytes())[499]).not.toBe(10)
    await expect(readAll(raw.log, position)).rejects.toMatchObject({ code: 'LOG_CORRUPT' })
  })

  test('a file that is no log at all', async () => {
    const { log } = await rawLog(`${'not a log\n'.repeat(5_000)}`)
    await expect(readAll(log)).rejects.toMatchObject({ code: 'LOG_CORRUPT', details: { line: 1 } })
    const findings = await findingsOf(log)
    expect(findings).toHaveLength(1_001)
    expect(findings.at(-1)!.message).toBe('4000 more findings of this kind')
  })
})

describe('a foreign log', () => {
  const foreign = (number: number) =>
    `${JSON.stringify({ type: 'artifact', artifactId: `Producer:Picture[${number}].Image`, value: 'x', timestamp: '' })}\n`

  test('is read, and continued', async () => {
    const raw = await rawLog(foreign(0) + foreign(1))
    const events = await readAll(raw.log)
    expect(events.map(({ seq }) => seq)).toEqual([1, 2])
    expect(events[0]!.event).toEqual(JSON.parse(foreign(0)))
    const writer = await openWriter(raw.log)
    await writer.append(numberedEvents(2, 1))
    expect(numbersIn(await readAll(raw.log))).toEqual([0, 1, 2])
    expect(await findingsOf(raw.log)).toEqual([])
  })

  test('its torn tail is sealed', async () => {
    const raw = await rawLog(foreign(0) + foreign(1).slice(0, 30))
    expect(numbersIn(await readAll(raw.log))).toEqual([0])
    const writer = await openWriter(raw.log)
    await writer.append(numberedEvents(2, 1))
    expect(numbersIn(await readAll(raw.log))).toEqual([0, 2])
  })

  test('its lines are void once a writer of ours has opened', async () => {
    const raw = await rawLog(foreign(0))
    const writer = await openWriter(raw.log)
    await raw.append(foreign(1))
    await writer.append(numberedEvents(2, 1))
    expect(numbersIn(await readAll(raw.log, LOG_START))).toEqual([0, 2])
  })
})
