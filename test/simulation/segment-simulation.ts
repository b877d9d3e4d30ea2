import { isShowrunnerError } from '../../src/model/error/error.js'
import type { EngineFiles } from '../../src/storage/engine-files.js'
import { SegmentLog } from '../../src/storage/log/segment/segment-log.js'
import type { EventLog } from '../../src/storage/store.js'
import { movie, numberedEvents, numbersIn, readAll } from '../support/storage/log-fixture.js'
import { FAULTS, NO_FAULTS, SimulatedFiles, SimulatedObjects, SimulatedServer } from './network.js'
import { Schedule } from './schedule.js'

const WRITERS = 3
const CRASH_RATE = 0.004
const STEP_LIMIT = 20_000
const EXPECTED = new Set(['WRITER_FENCED', 'APPEND_UNRESOLVED', 'STORE_FAILED'])

/** Breaks a rule on purpose, to show that the simulation would notice. */
export type Sabotage = (
  files: SimulatedFiles,
  server: SimulatedServer,
  objects: SimulatedObjects,
) => EngineFiles

/**
 * Processes open, append and are fenced out, requests and answers get lost or late, and processes die, all in an
 * order that the seed decides. Afterwards: what was acknowledged is in the log, once, in one order that every
 * reader has seen. Returns how many events were acknowledged. @throws what is wrong
 */
export async function simulate(seed: number, sabotage: Sabotage = files => files): Promise<number> {
  const schedule = new Schedule(seed, CRASH_RATE)
  const server = new SimulatedServer()
  const acknowledged: number[][] = []
  const views: number[][] = []
  const unexpected: unknown[] = []
  const logOf = (process: number): EventLog => {
    const objects = new SimulatedObjects(server, schedule, process, FAULTS)
    const files = sabotage(new SimulatedFiles(objects), server, objects)
    return new SegmentLog(movie, files, () => new Date(0), {
      sleep: () => schedule.step(process),
      nowMs: () => 0,
    })
  }
  for (let process = 1; process <= WRITERS; process++) {
    const own: number[] = []
    acknowledged.push(own)
    write(logOf(process), process, schedule, own, views).catch(error => unexpected.push(error))
  }
  read(logOf(0), views).catch(error => unexpected.push(error))
  await schedule.run(STEP_LIMIT)
  if (unexpected.length > 0) throw unexpected[0]

  const calm = new Schedule(seed, 0)
  const objects = new SimulatedObjects(server, calm, 0, NO_FAULTS)
  const reading = readAll(new SegmentLog(movie, new SimulatedFiles(objects), () => new Date(0)))
  await calm.run(STEP_LIMIT)
  check(numbersIn(await reading), acknowledged, views)
  return acknowledged.reduce((sum, own) => sum + own.length, 0)
}

async function write(
  log: EventLog,
  process: number,
  schedule: Schedule,
  own: number[],
  views: number[][],
): Promise<void> {
  let number = process * 1_000
  for (let round = 0; round < 3; round++) {
    const seen: number[] = []
    try {
      const writer = await log.openWriter({
        holder: String(process),
        after: { seq: 0, offset: 0, token: 0 },
        onBatch: ({ events }) => seen.push(...numbersIn(events)),
      })
      views.push(seen)
      for (let batch = schedule.below(5); batch >= 0; batch--) {
        const count = 1 + schedule.below(3)
        const events = numberedEvents(number, count)
        number += count
        await writer.append(events)
        for (let sent = number - count; sent < number; sent++) own.push(sent)
      }
      if (schedule.chance(0.5)) await writer.close()
    } catch (error) {
      if (!isShowrunnerError(error) || !EXPECTED.has(error.code)) throw error
    }
  }
}

async function read(log: EventLog, views: number[][]): Promise<void> {
  for (let round = 0; round < 6; round++) views.push(numbersIn(await readAll(log)))
}

function check(
  logged: readonly number[],
  acknowledged: readonly (readonly number[])[],
  views: readonly (readonly number[])[],
): void {
  if (new Set(logged).size !== logged.length) throw new Error(`an event is there twice: ${logged}`)
  for (const own of acknowledged) {
    const places = own.map(number => logged.indexOf(number))
    if (places.includes(-1))
      throw new Error(`${own[places.indexOf(-1)]} was acknowledged and is lost: ${logged}`)
    if (places.some((place, at) => at > 0 && place < places[at - 1]!))
      throw new Error(`out of order: ${logged}`)
  }
  for (const view of views) {
    if (view.some((number, at) => number !== logged[at]))
      throw new Error(`a reader saw ${view}, the log has ${logged}`)
  }
}
