import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { type Engine, isShowrunnerError } from '../../../dist/index.js'
import { runAll, valuesIn } from '../../support/engine-fixture.js'
import { openPaidEngine, triedWork } from '../../support/programs/paid-work.mjs'
import { rounds } from '../../support/rounds.js'
import { seededRandom } from '../../support/seeded.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const ROUNDS = rounds(6, 30)
const program = fileURLToPath(new URL('../../support/programs/paid-work.mjs', import.meta.url))

const linesIn = (calls: string): string[] =>
  existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').filter(Boolean) : []

/** Runs the movie in a process of its own, and kills it once so many lines were written. */
async function runAndKill(store: string, movie: string, calls: string, afterLines: number, afterMs: number) {
  const child = spawn(process.execPath, [program, store, movie, calls, 'tried-work'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  while (linesIn(calls).length < afterLines && child.exitCode === null) await sleep(1)
  await Promise.race([sleep(afterMs), ended])
  child.kill('SIGKILL')
  await ended
}

/** What the log held at the kill: the elements that were tried, and the jobs that are paid for. */
async function knownIn(engine: Engine, movie: string) {
  let count = 0
  const paid = new Set<string>()
  const begun = new Set<string>()
  try {
    for await (const { event } of engine.movie(movie).events()) {
      if (event.type === 'loop.expanded') count = event.count!
      if (event.type === 'job.succeeded') paid.add(event.jobId)
      if (event.type === 'job.submitted') begun.add(event.jobId)
    }
  } catch (error) {
    if (!isShowrunnerError(error) || error.code !== 'MOVIE_NOT_FOUND') throw error
  }
  return { count, paid, begun }
}

const numberOf = (line: string): number => Number(/\[(\d+)\]/.exec(line)?.[1] ?? -1)

test(`${ROUNDS} kills while elements are tried: each batch is on record first, nothing is paid again, the list is the same`, async () => {
  const root = await temporaryFolder()
  const store = `file:${root}`
  const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)
  console.log(`To repeat it: KILL_SEED=${seed}`)
  const random = seededRandom(seed)
  const engine = await openPaidEngine(store)
  onTestFinished(() => engine.close())
  const sumOf = async (movie: string) => {
    const calls = join(root, `${movie}.calls`)
    await runAll(engine, { movieId: movie, blueprint: triedWork, inputs: { calls } })
    return { sum: (await valuesIn(engine, movie))['All.Sum'], lines: linesIn(calls) }
  }
  const undisturbed = await sumOf('undisturbed')
  let inTheMiddle = 0
  for (let round = 1; round <= ROUNDS; round++) {
    const movie = `round-${round}`
    const calls = join(root, `${movie}.calls`)
    const moment = (round - 1 + random()) / ROUNDS
    await runAndKill(store, movie, calls, Math.round(moment * undisturbed.lines.length), random() * 10)
    const { count, paid, begun } = await knownIn(engine, movie)
    const before = linesIn(calls)
    // No job of an element starts before its batch is durable.
    for (const line of before)
      expect(numberOf(line), `round ${round}: ${line}`).toBeLessThan(Math.max(count, 1))
    if (paid.size > 0 && paid.size < 240) inTheMiddle++
    const after = await sumOf(movie)
    for (const line of after.lines.slice(before.length)) {
      const [what, job] = line.split(' ')
      expect(paid.has(job!), `round ${round}: ${line}`).toBe(false)
      if (what === 'submit') expect(begun.has(job!), `round ${round}: ${line}`).toBe(false)
    }
    expect(after.sum, `round ${round}`).toEqual(undisturbed.sum)
    expect(await engine.movie(movie).verify(), `round ${round}`).toMatchObject({ isClean: true })
  }
  expect(inTheMiddle).toBeGreaterThan(ROUNDS / 4)
}, 240_000)
