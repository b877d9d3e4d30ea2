import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { filmConfig, startFilmServer } from '../support/servers/film-server.js'
import type { HttpServer } from '../support/servers/http-server.js'
import { LOST } from '../support/servers/loopback-server.js'
import type { RemoteJobs } from '../support/servers/remote-jobs.js'
import { REPLICATE_TOKEN, ReplicateServer } from '../support/servers/replicate-server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Nothing is paid for twice: the service's own bill is what is looked at. */

const JOBS = 60
/** Of those, the ones whose submission is disturbed. */
const DISTURBED = 15
const program = fileURLToPath(new URL('../support/programs/paid-calls.mjs', import.meta.url))

interface Service {
  readonly server: HttpServer
  readonly jobs: RemoteJobs
  readonly submit: RegExp
  readonly poll: RegExp
  readonly file: RegExp
  readonly movie: object
}

/** A service without idempotency keys. */
async function replicateService(): Promise<Service> {
  const service = await ReplicateServer.start()
  return {
    server: service.server,
    jobs: service.predictions,
    submit: /^POST .*\/predictions$/,
    poll: /^GET .*\/predictions\/\w+$/,
    file: /^GET \/delivery\//,
    movie: {
      provider: 'replicate',
      model: 'acme/films',
      config: { apiToken: REPLICATE_TOKEN, baseUrl: service.baseUrl, pollMs: 5 },
    },
  }
}

/** One with keys. */
async function filmService(): Promise<Service> {
  const { server, films } = await startFilmServer()
  return {
    server,
    jobs: films,
    submit: /^POST \/films$/,
    poll: /^GET \/films\/\w+$/,
    file: /\/file$/,
    movie: { provider: 'http', config: filmConfig(server.url) },
  }
}

/** The movie, run in a process of its own. */
class MovieProcess {
  readonly child: ChildProcess
  readonly #ended: Promise<unknown>
  #lines: string[] = []
  readonly #waiting = new Set<() => void>()

  constructor(store: string, movie: object) {
    const argument = JSON.stringify({ store, movieId: 'films', jobs: JOBS, timeout: '5m', ...movie })
    this.child = spawn(process.execPath, [program, argument], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void this.child.kill('SIGKILL'))
    this.#ended = once(this.child, 'close')
    let rest = ''
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      this.#lines.push(...lines)
      for (const check of this.#waiting) check()
    })
  }

  /** Resolves when so many lines begin with `start`. */
  async prints(start: string, times: number): Promise<void> {
    await new Promise<void>(resolve => {
      const check = () => {
        if (this.count(start) >= times) resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }

  count(start: string): number {
    return this.#lines.filter(line => line.startsWith(start)).length
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.#ended
  }

  /** The last line: how the run ended. */
  async end(): Promise<string | undefined> {
    await this.#ended
    return this.#lines.at(-1)
  }
}

const newStore = async () => `file:${await temporaryFolder()}`
const succeeded = (made: number, cached = 0) =>
  `run succeeded ${JSON.stringify({ succeeded: made, failed: 0, skipped: 0, cached })}`

describe.each([
  ['a service without idempotency keys', replicateService],
  ['a service with them', filmService],
])(`%s charges ${JOBS} times for ${JOBS} jobs`, (_, start) => {
  test('when the process is killed in the middle of submitted work', async () => {
    const { server, jobs, poll, movie } = await start()
    const store = await newStore()
    // Half of the work is done before the kill, and the rest runs on at the service.
    jobs.questionsOf = number => (number % 2 === 0 ? 2 : Number.POSITIVE_INFINITY)
    const killed = new MovieProcess(store, movie)
    await killed.prints('succeeded', JOBS / 2)
    // A job is asked for when its id is on record.
    await server.everySeen(poll, JOBS)
    await killed.kill()
    expect(jobs.charges).toBe(JOBS)

    jobs.finishAll()
    const resumed = new MovieProcess(store, movie)
    expect(await resumed.end()).toBe(succeeded(JOBS / 2, JOBS / 2))
    expect(jobs.charges).toBe(JOBS)
  }, 120_000)

  test('when every attempt has run out of time', async () => {
    const { jobs, movie } = await start()
    jobs.questionsOf = () => Number.POSITIVE_INFINITY
    const running = new MovieProcess(await newStore(), { ...movie, timeout: '4s' })
    await running.prints('retrying timeout', JOBS)
    jobs.finishAll()
    expect(await running.end()).toBe(succeeded(JOBS))
    expect(jobs.charges).toBe(JOBS)
  }, 120_000)

  test('when polls fail until attempts give up', async () => {
    const { server, jobs, poll, movie } = await start()
    server.failEach(poll, { status: 500 }, 8)
    const running = new MovieProcess(await newStore(), movie)
    expect(await running.end()).toBe(succeeded(JOBS))
    expect(running.count('retrying overloaded')).toBeGreaterThan(0)
    expect(jobs.charges).toBe(JOBS)
  }, 120_000)

  test('when its key is refused in the middle, and another run has a better one', async () => {
    const { server, jobs, poll, movie } = await start()
    const store = await newStore()
    server.fail(poll, { status: 401 }, Number.POSITIVE_INFINITY)
    const refused = new MovieProcess(store, movie)
    // Everybody is refused alike: the run stops, and no job has failed.
    expect(await refused.end()).toMatch(/^run stopped/)
    expect(refused.count('failed')).toBe(0)
    expect(jobs.charges).toBeGreaterThan(0)
    server.heal()
    expect(await new MovieProcess(store, movie).end()).toBe(succeeded(JOBS))
    expect(jobs.charges).toBe(JOBS)
  }, 120_000)

  test('when downloads fail until attempts give up', async () => {
    const { server, jobs, file, movie } = await start()
    server.failEach(file, LOST, 6)
    const running = new MovieProcess(await newStore(), movie)
    expect(await running.end()).toBe(succeeded(JOBS))
    expect(running.count('retrying network')).toBeGreaterThan(0)
    expect(jobs.charges).toBe(JOBS)
  }, 120_000)
})

describe('a service with idempotency keys charges once', () => {
  test('for a submission whose answer is lost', async () => {
    const { server, jobs, submit, movie } = await filmService()
    // Between others that are answered: a service that answers nobody is an outage.
    server.doAndFail(submit, LOST, DISTURBED, 3)
    const running = new MovieProcess(await newStore(), movie)
    expect(await running.end()).toBe(succeeded(JOBS))
    expect([running.count('retrying network'), server.count(submit)]).toEqual([DISTURBED, JOBS + DISTURBED])
    expect(jobs.charges).toBe(JOBS)
  }, 120_000)

  test('for a submission that was on its way when the process was killed', async () => {
    const { server, jobs, submit, movie } = await filmService()
    const store = await newStore()
    const held = Array.from({ length: DISTURBED }, () => server.hold(submit))
    const killed = new MovieProcess(store, movie)
    await Promise.all(held.map(({ reached }) => reached))
    await killed.kill()
    for (const answer of held) answer.release()
    const resumed = new MovieProcess(store, movie)
    expect(await resumed.end()).toMatch(/^run succeeded/)
    expect(server.count(submit)).toBeGreaterThanOrEqual(JOBS + DISTURBED)
    expect(jobs.charges).toBe(JOBS)
  }, 120_000)
})
