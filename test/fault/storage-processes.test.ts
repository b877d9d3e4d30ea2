import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/storage/open-store.js'
import { rounds } from '../support/rounds.js'
import { movie, numberedEvents, numbersIn, openWriter, readAll } from '../support/storage/log-fixture.js'
import { newS3Store, s3Endpoint } from '../support/storage/s3.js'
import { startS3Proxy } from '../support/storage/s3-proxy.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const program = fileURLToPath(new URL('../support/programs/log-program.mjs', import.meta.url))

const ROUNDS = rounds(10, 20)
const S3_ROUNDS = rounds(3, 20)
const S3_RACERS = rounds(5, 8)
const KILLS = rounds(4, 8)
const SUSPEND_EVERY = 17
const SUSPENDED_MS = 200

/** It sleeps in the middle of whatever it does; meanwhile others take over. */
function suspend({ process }: Racer): void {
  process.kill('SIGSTOP')
  setTimeout(() => process.kill('SIGCONT'), SUSPENDED_MS)
}

interface Racer {
  readonly process: ChildProcess
  readonly acknowledged: number[]
  /** Resolves with the exit's code or signal. */
  readonly ended: Promise<number | string>
}

function startRacer(url: string, id: number, roundCount: number, onBatch: (racer: Racer) => void): Racer {
  const child = spawn(process.execPath, [program, url, String(id), String(roundCount)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const racer: Racer = {
    process: child,
    acknowledged: [],
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
  }
  createInterface({ input: child.stdout! }).on('line', line => {
    const [first, count] = line.split(' ').map(Number)
    for (let i = 0; i < count!; i++) racer.acknowledged.push(first! + i)
    onBatch(racer)
  })
  return racer
}

test('8 processes race for a log, some are killed, some suspended: every acknowledged event is there, once', async () => {
  await race({ url: `file:${await temporaryFolder()}`, count: 8, rounds: ROUNDS, killEvery: 15 })
})

test.skipIf(s3Endpoint === undefined)(
  'the same on S3, where every tenth answer is lost',
  async () => {
    const proxy = await startS3Proxy(7, { loseAnswer: 0.1 })
    await race({ url: await newS3Store(proxy.endpoint), count: S3_RACERS, rounds: S3_ROUNDS, killEvery: 15 })
  },
  600_000,
)

test('a process killed again and again while it writes: what it was told is there, and it goes on', async () => {
  const url = `file:${await temporaryFolder()}`
  const acknowledged: number[] = []
  for (let round = 1; round <= KILLS; round++) {
    const racer = startRacer(url, round, 100, current => {
      if (current.acknowledged.length > 150 * round) current.process.kill('SIGKILL')
    })
    expect(await racer.ended).toBe('SIGKILL')
    acknowledged.push(...racer.acknowledged)
  }
  const { log, events } = await continueLog(url)
  const logged = numbersIn(events)
  const isAcknowledged = new Set(acknowledged)
  expect(logged.filter(number => isAcknowledged.has(number))).toEqual(acknowledged)
  for await (const finding of log.check()) expect(finding).toMatchObject({ severity: 'note' })
})

/** Writers open one after the other and fence each other out, as fast as they can. */
async function race({
  url,
  count,
  rounds: roundCount,
  killEvery,
}: {
  url: string
  count: number
  rounds: number
  killEvery: number
}) {
  const killed = new Set<Racer>()
  let batches = 0
  const racers = Array.from({ length: count }, (_, index) =>
    startRacer(url, index + 1, roundCount, racer => {
      batches += 1
      // Whoever is told of this batch is killed in the middle of what it does next.
      if (batches % SUSPEND_EVERY === 0) suspend(racer)
      if (batches % killEvery === 0 && killed.size < 2) {
        killed.add(racer)
        racer.process.kill('SIGKILL')
      }
    }),
  )
  const ends = await Promise.all(racers.map(racer => racer.ended))
  for (const [index, racer] of racers.entries()) expect(ends[index]).toBe(killed.has(racer) ? 'SIGKILL' : 0)
  expect(killed.size).toBeGreaterThan(0)

  const { log, events } = await continueLog(url)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  const logged = numbersIn(events)
  expect(new Set(logged).size).toBe(logged.length)
  for (const [index, racer] of racers.entries()) {
    const own = logged.filter(number => Math.floor(number / 1_000_000) === index + 1)
    const isAcknowledged = new Set(racer.acknowledged)
    // What was sent and never answered may be there, too.
    expect(own.filter(number => isAcknowledged.has(number))).toEqual(racer.acknowledged)
    expect(own).toEqual([...own].sort((a, b) => a - b))
  }
  for await (const finding of log.check()) expect(finding).toMatchObject({ severity: 'note' })
}

/** The next writer opens, appends and closes; then everything is read. */
async function continueLog(url: string) {
  const log = (await openStore(url)).log(movie)
  const writer = await openWriter(log)
  await writer.append(numberedEvents(0, 3))
  await writer.close()
  return { log, events: await readAll(log) }
}
