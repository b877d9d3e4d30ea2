import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { type Engine, isShowrunnerError, type MovieEvent } from '../../dist/index.js'
import { runAll } from '../support/engine-fixture.js'
import { openPaidEngine, works } from '../support/programs/paid-work.mjs'
import { rounds } from '../support/rounds.js'
import { seededRandom } from '../support/seeded.js'
import { newS3Store, s3Endpoint } from '../support/storage/s3.js'
import { startS3Proxy } from '../support/storage/s3-proxy.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const ROUNDS = rounds(6, 20)
const S3_ROUNDS = rounds(2, 4)
/** What is made, and how many jobs that is. */
const JOBS = { 'paid-work': 241, 'list-work': 40 + 80 + 1 } as const
type Work = keyof typeof JOBS
const program = fileURLToPath(new URL('../support/programs/paid-work.mjs', import.meta.url))

/** When a process is killed: once the calls file has so many lines, and a moment after that. */
interface Kill {
  readonly afterLines: number
  readonly afterMs: number
}

/** Runs the movie in a process of its own, to its end or to the kill. */
async function runInProcess(
  store: string,
  movie: string,
  calls: string,
  work: Work,
  kill?: Kill,
): Promise<void> {
  const child = spawn(process.execPath, [program, store, movie, calls, work], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  if (kill !== undefined) {
    while (linesIn(calls).length < kill.afterLines && child.exitCode === null) await sleep(1)
    await Promise.race([sleep(kill.afterMs), ended])
    child.kill('SIGKILL')
  }
  const [code, signal] = await ended
  if (signal !== 'SIGKILL') expect(code).toBe(0)
}

/** What the log held at the kill. A process may be killed before it has begun one. */
async function readLog(engine: Engine, movie: string): Promise<MovieEvent[]> {
  const events: MovieEvent[] = []
  try {
    for await (const { event } of engine.movie(movie).events()) events.push(event)
  } catch (error) {
    if (!isShowrunnerError(error) || error.code !== 'MOVIE_NOT_FOUND') throw error
  }
  return events
}

const jobsOf = (events: readonly MovieEvent[], type: 'job.succeeded' | 'job.submitted') =>
  new Set(events.flatMap(event => (event.type === type ? [event.jobId as string] : [])))

/** The lines of the calls file, as `what job rest`. */
function linesIn(calls: string): { what: string; jobId: string; rest: string }[] {
  if (!existsSync(calls)) return []
  const lines = readFileSync(calls, 'utf8').split('\n').filter(Boolean)
  return lines.map(line => {
    const [what, jobId, rest] = line.split(' ') as [string, string, string]
    return { what, jobId, rest }
  })
}

/** What was known at a kill. */
interface Known {
  readonly succeeded: ReadonlySet<string>
  readonly submitted: ReadonlySet<string>
  readonly lineCount: number
  /** To be made once more. */
  readonly again: Set<string>
}

/** No call since then is for a job that had succeeded, or submits work again; gives how many were resumed. */
function checkCalls(calls: string, { succeeded, submitted, lineCount, again }: Known, where: string): number {
  let resumed = 0
  for (const { what, jobId, rest } of linesIn(calls).slice(lineCount)) {
    expect(succeeded.has(jobId) && !again.has(jobId), `${what} ${jobId} again, ${where}`).toBe(false)
    if (what === 'submit') expect(submitted.has(jobId), `${jobId} submitted again, ${where}`).toBe(false)
    if (what !== 'resume') continue
    expect([submitted.has(jobId), rest], where).toEqual([true, `id-of-${jobId}`])
    resumed++
  }
  return resumed
}

async function hashesIn(engine: Engine, movie: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  for await (const { artifactId, hash } of engine.movie(movie).artifacts()) hashes[artifactId] = hash
  return hashes
}

const NAME = 'movies, killed with SIGKILL at random moments: nothing is lost, damaged or paid again'

test(`${ROUNDS} ${NAME}`, async () => {
  const root = await temporaryFolder()
  await killAndContinue(root, `file:${root}`, { roundCount: ROUNDS, work: 'paid-work' })
}, 180_000)

test(`${ROUNDS} movies whose lists are made by jobs`, async () => {
  const root = await temporaryFolder()
  await killAndContinue(root, `file:${root}`, { roundCount: ROUNDS, work: 'list-work' })
}, 180_000)

test.skipIf(s3Endpoint === undefined)(
  `${S3_ROUNDS} on S3, where every tenth answer is lost`,
  async () => {
    const proxy = await startS3Proxy(11, { loseAnswer: 0.1 })
    const store = await newS3Store(proxy.endpoint)
    await killAndContinue(await temporaryFolder(), store, { roundCount: S3_ROUNDS, work: 'paid-work' })
  },
  180_000,
)

async function killAndContinue(
  root: string,
  store: string,
  { roundCount, work }: { readonly roundCount: number; readonly work: Work },
): Promise<void> {
  const jobCount = JOBS[work]
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)
  console.log(`To repeat it: KILL_SEED=${seed}`)
  const random = seededRandom(seed)
  const engine = await openPaidEngine(store)
  onTestFinished(() => engine.close())
  const callsOf = (movie: string) => join(root, `${movie}.calls`)

  await runInProcess(store, 'undisturbed', callsOf('undisturbed'), work)
  const undisturbed = await hashesIn(engine, 'undisturbed')
  const undisturbedLines = linesIn(callsOf('undisturbed'))
  expect(undisturbedLines.filter(({ what }) => what === 'call')).toHaveLength(jobCount)

  let killedInTheMiddle = 0
  let resumed = 0
  for (let round = 1; round <= roundCount; round++) {
    const movie = `round-${round}`
    const calls = callsOf(movie)
    let known: Known = { succeeded: new Set(), submitted: new Set(), lineCount: 0, again: new Set() }
    // A run that goes on after a kill may be killed as well.
    for (let kill = 1 + Math.floor(random() * 2); kill > 0; kill--) {
      // One round after the other, from the beginning of a run to its end. What was called tells how far it is: on a
      // machine that is busy with other things, time does not.
      const moment = (round - 1 + random()) / roundCount
      const afterLines = Math.max(
        Math.round(moment * undisturbedLines.length),
        known.lineCount + Math.floor(random() * 10),
      )
      await runInProcess(store, movie, calls, work, { afterLines, afterMs: random() * 20 })
      const events = await readLog(engine, movie)
      if (events.length > 0)
        expect(await engine.movie(movie).verify(), `round ${round}`).toMatchObject({ isClean: true })
      resumed += checkCalls(calls, known, `round ${round}`)
      known = {
        succeeded: jobsOf(events, 'job.succeeded'),
        submitted: jobsOf(events, 'job.submitted'),
        lineCount: linesIn(calls).length,
        again: new Set(),
      }
      if (known.succeeded.size > 0 && known.succeeded.size < jobCount) killedInTheMiddle++
    }
    // Lists that are made once more while their elements are paid for, and under way.
    const isRemade = work === 'list-work' && round % 2 === 0
    if (isRemade)
      for (const job of known.succeeded) if (job.startsWith('Producer:Script')) known.again.add(job)
    const cached = known.succeeded.size - known.again.size
    const result = await runAll(engine, {
      movieId: movie,
      blueprint: works[work],
      inputs: { calls },
      regenerate: [...known.again],
    })
    expect(result.counts, `round ${round}`).toMatchObject({ cached, succeeded: jobCount - cached })
    resumed += checkCalls(calls, known, `round ${round}`)
    expect(await hashesIn(engine, movie), `round ${round}`).toEqual(undisturbed)
    expect(await engine.movie(movie).verify(), `round ${round}`).toMatchObject({ isClean: true })
  }
  // Otherwise the rounds would have shown nothing; two may miss it.
  if (roundCount < ROUNDS) return
  expect(killedInTheMiddle).toBeGreaterThan(roundCount / 10)
  expect(resumed).toBeGreaterThan(0)
}
