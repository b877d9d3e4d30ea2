import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pLimit from 'p-limit'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Engine, MovieEvent } from '../../../dist/index.js'
import { runAll } from '../../support/engine-fixture.js'
import { type FilmWork, filmRequest, openFilmEngine } from '../../support/programs/growing-film.mjs'
import { rounds } from '../../support/rounds.js'
import { newS3Store, s3Endpoint } from '../../support/storage/s3.js'
import { holdPut } from '../../support/storage/s3-held.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** A run that kills itself with SIGKILL while it appends to the log, at every line of it, and is continued. */

const program = fileURLToPath(new URL('../../support/programs/growing-film.mjs', import.meta.url))
/** Processes at the same time. */
const AT_ONCE = 3

/** A line of the log, and how much of it is on the disk when the process dies. */
interface Moment {
  readonly label: string
  /** From 1, among lines with this label. */
  readonly times: number
  readonly written: 'nothing' | 'half' | 'all'
}

/** As in the program. */
function labelOf(event: MovieEvent): string {
  if (event.type === 'loop.expanded') return [event.type, event.loop, ...(event.parents ?? [])].join(' ')
  if ('artifactId' in event) return `${event.type} ${event.artifactId}`
  return 'jobId' in event ? `${event.type} ${event.jobId}` : event.type
}

async function eventsOf(engine: Engine): Promise<MovieEvent[]> {
  const events: MovieEvent[] = []
  for await (const { event } of engine.movie('film').events()) events.push(event)
  return events
}

/** Lines of the calls file by how often they are there. */
async function callsIn(file: string): Promise<Map<string, number>> {
  const calls = new Map<string, number>()
  const text = await readFile(file, 'utf8').catch(() => '')
  for (const line of text.split('\n').filter(Boolean)) calls.set(line, (calls.get(line) ?? 0) + 1)
  return calls
}

/** What is there in the end, with what is pinned. */
async function madeIn(engine: Engine): Promise<string[]> {
  const made: string[] = []
  for await (const { artifactId, hash, override, isGone } of engine.movie('film').artifacts())
    made.push([artifactId, hash, override ?? '-', isGone ?? '-'].join(' '))
  return made.sort()
}

/** Where the movie is, and how its process dies there. */
interface Place {
  /** A store of its own. */
  store(folder: string): Promise<string>
  /** @returns the signal that has ended it */
  killed(work: FilmWork, moment: Moment): Promise<string | null>
  chosen(moments: readonly Moment[]): readonly Moment[]
}

const onDisk: Place = {
  store: async folder => `file:${folder}/movies`,
  killed: (work, moment) =>
    new Promise(resolve => {
      execFile(process.execPath, [program, JSON.stringify(work), JSON.stringify(moment)], error =>
        resolve((error?.signal as string | undefined) ?? null),
      )
    }),
  chosen: moments => chosen(moments),
}

/** A segment of a log comes whole or not at all, and its answer may be lost. */
const inBucket: Place = {
  store: () => newS3Store(),
  async killed(work, { label, times, written }) {
    let left = times
    const isIt = (segment: Buffer) =>
      segment
        .toString()
        .split('\n')
        .slice(1)
        .some(line => line !== '' && labelOf(JSON.parse(line)) === label && --left === 0)
    const path = /\/events\/\d+\.jsonl/
    const { through, reached } = await holdPut({ path, isIt, isCarriedOut: written === 'all' })
    const own = { ...work, store: through(work.store) }
    const child = spawn(process.execPath, [program, JSON.stringify(own)], { stdio: 'ignore' })
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = once(child, 'exit')
    await Promise.race([reached, ended])
    // What goes on all the same has the time to do so.
    setTimeout(() => child.kill('SIGKILL'), 20)
    return (await ended)[1]
  },
  chosen: moments =>
    chosen(moments).filter(({ label, written }) => written !== 'half' && /^loop.expanded/.test(label)),
}

/** Every line that the run writes itself, from nothing of it to all of it. */
function momentsOf(events: readonly MovieEvent[]): Moment[] {
  const seen = new Map<string, number>()
  return events.flatMap(event => {
    const label = labelOf(event)
    const times = (seen.get(label) ?? 0) + 1
    seen.set(label, times)
    return (['nothing', 'half', 'all'] as const).map(written => ({ label, times, written }))
  })
}

/** Those where one list becomes jobs, and where children of lists are under way; all of them in a long run. */
function chosen(moments: readonly Moment[]): readonly Moment[] {
  const near = [
    /^loop.expanded (scene|shot) fox/,
    /^(artifact|job.succeeded) Producer:Script\[fox\]/,
    /^job.(submitted|succeeded) Producer:Picture\[fox\]\[(sea|wood|0)\]/,
  ]
  const isNear = ({ label, written }: Moment) =>
    near.some((each, at) => each.test(label) && (at === 0 || written === 'all'))
  return rounds(0, 1) === 1 ? moments : moments.filter(isNear)
}

interface Before {
  readonly folder: string
  /** Events of the runs before the one that is killed. */
  readonly eventCount: number
  /** Where it stands in the end. */
  readonly pinned?: readonly string[]
}

async function killEverywhere(
  work: Omit<FilmWork, 'store' | 'calls'>,
  before: Before,
  place: Place = onDisk,
): Promise<void> {
  const begin = async (): Promise<FilmWork> => {
    const folder = await temporaryFolder()
    await cp(before.folder, folder, { recursive: true })
    return { ...work, store: await place.store(folder), calls: join(folder, 'calls') }
  }
  const undisturbed = await begin()
  const engine = await openFilmEngine(undisturbed)
  await runAll(engine, filmRequest(undisturbed))
  const events = (await eventsOf(engine)).slice(before.eventCount)
  const expected = await madeIn(engine)
  const pinned = expected.filter(line => line.includes('pinned')).map(line => line.split(' ')[0])
  expect(pinned).toEqual(before.pinned ?? [])
  const expectedCalls = await callsIn(undisturbed.calls)
  await engine.close()

  const limit = pLimit(AT_ONCE)
  const moments = place.chosen(momentsOf(events))
  expect(moments.length).toBeGreaterThan(5)
  await Promise.all(
    moments.map(moment =>
      limit(async () => {
        const where = `${moment.written} of ${moment.label} (${moment.times})`
        const own = await begin()
        expect(await place.killed(own, moment), where).toBe('SIGKILL')
        const callsBefore = await callsIn(own.calls)
        const engine = await openFilmEngine(own)
        const recorded = await eventsOf(engine)
        checkChildren(recorded, callsBefore, where)
        const onRecord = new Set(recorded.slice(before.eventCount).map(labelOf))
        await runAll(engine, filmRequest({ ...own, edition: 1 }))
        expect(await madeIn(engine), where).toEqual(expected)
        expect((await engine.movie('film').verify()).findings.filter(isDamage), where).toEqual([])
        checkExpansions(await eventsOf(engine), where)
        await engine.close()
        checkCalls({ expectedCalls, callsBefore, calls: await callsIn(own.calls), onRecord }, where)
      }),
    ),
  )
}

const isDamage = ({ severity }: { severity: string }): boolean => severity === 'damage'

interface Paid {
  readonly expectedCalls: ReadonlyMap<string, number>
  /** When the process was killed. */
  readonly callsBefore: ReadonlyMap<string, number>
  readonly calls: ReadonlyMap<string, number>
  /** Labels of what the killed run has on record. */
  readonly onRecord: ReadonlySet<string>
}

/** Nothing is paid twice but what was under way and nobody had heard of yet. */
function checkCalls({ expectedCalls, callsBefore, calls, onRecord }: Paid, where: string): void {
  for (const [line, count] of calls) {
    const [what, job] = line.split(' ')
    const isUnderWay = callsBefore.has(line) && !onRecord.has(`job.succeeded ${job}`)
    const isSubmitted = onRecord.has(`job.submitted ${job}`)
    if (what === 'resume') expect([job, isSubmitted], where).toEqual([job, true])
    else {
      const again = isUnderWay && !isSubmitted ? 1 : 0
      expect([line, count], where).toEqual([
        line,
        expect.toSatisfy(n => n <= (expectedCalls.get(line) ?? 0) + again),
      ])
    }
  }
  for (const line of expectedCalls.keys()) expect(calls.has(line), `${line}, ${where}`).toBe(true)
}

/** Nobody has called for an element of a list that is not on record. */
function checkChildren(
  events: readonly MovieEvent[],
  calls: ReadonlyMap<string, number>,
  where: string,
): void {
  const elements = new Map<string, readonly (string | number)[]>()
  for (const event of events)
    if (event.type === 'loop.expanded') {
      const { loop, parents = [], keys, count = 0 } = event
      elements.set([loop, ...parents].join(' '), keys ?? Array.from({ length: count }, (_, at) => at))
    }
  for (const call of calls.keys()) {
    const [row, scene, shot] = [...call.matchAll(/\[(\w+)\]/g)].map(([, name]) => name!)
    const isOf = (list: string, name: string | undefined) =>
      name === undefined || elements.get(list)?.some(element => String(element) === name)
    expect([call, isOf(`scene ${row}`, scene), isOf(`shot ${row} ${scene}`, shot)], where).toEqual([
      call,
      true,
      true,
    ])
  }
}

/** A list is on record before the first job for one of its elements, and once. */
function checkExpansions(events: readonly MovieEvent[], where: string): void {
  const newest = new Map<string, string>()
  for (const event of events) {
    if (event.type === 'loop.expanded') {
      const { loop, parents = [], hash, count, keys, moved } = event
      const list = [loop, ...parents].join(' ')
      const content = JSON.stringify([hash, count, keys, moved])
      expect(newest.get(list), `${list} twice, ${where}`).not.toBe(content)
      newest.set(list, content)
    } else if ('jobId' in event && event.jobId?.startsWith('Producer:Board'))
      expect(newest.has(`scene ${/\[(\w+)\]/.exec(event.jobId)![1]}`), where).toBe(true)
  }
}

const first = { edition: 1, isKeyed: true } as const

async function madeOnce(isKeyed: boolean, then?: (engine: Engine) => Promise<unknown>): Promise<Before> {
  const folder = await temporaryFolder()
  // Calls of this run are not looked at.
  const work = { ...first, isKeyed, store: `file:${folder}/movies`, calls: '/dev/null' }
  const engine = await openFilmEngine(work)
  await runAll(engine, filmRequest(work))
  await then?.(engine)
  const eventCount = (await eventsOf(engine)).length
  await engine.close()
  return { folder, eventCount }
}

describe('a run that is killed at every moment around an expansion loses nothing, and pays nothing twice', () => {
  test('when its lists are made for the first time', async () => {
    await killEverywhere(first, { folder: await temporaryFolder(), eventCount: 0 })
  }, 300_000)

  test.skipIf(s3Endpoint === undefined)(
    'when its lists are made for the first time, in a bucket',
    async () => {
      await killEverywhere(first, { folder: await temporaryFolder(), eventCount: 0 }, inBucket)
    },
    300_000,
  )

  test('when a list is made again, with keys', async () => {
    await killEverywhere({ edition: 2, isKeyed: true }, await madeOnce(true))
  }, 300_000)

  test('when a list is made again, without keys, and something of it is pinned', async () => {
    const before = await madeOnce(false, engine =>
      engine.movie('film').pin('Producer:Picture[fox][0][0].Text'),
    )
    const pinned = ['Producer:Picture[fox][1][0].Text']
    await killEverywhere({ edition: 2, isKeyed: false }, { ...before, pinned })
  }, 300_000)
})
