import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CliProcess, cli } from '../../support/cli/cli.js'
import { rounds } from '../../support/rounds.js'
import { drawn } from '../../support/seeded.js'
import { startLoopback } from '../../support/servers/loopback-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const JOBS = 24
const KILLS = rounds(3, 12)

const BLUEPRINT = `name: films
loops: { n: { count: ${JOBS} } }
producers:
  Film:
    loop: n
    provider: [studio, spare]
    with: { n: "\${index.n}" }
    outputs: { Text: text }
    retry: { attempts: 2, baseDelay: 1ms, maxDelay: 20ms }
`

/** Submits its work and asks for it until it is there, as services do that take minutes. */
const CLIENT = `import { setTimeout as sleep } from 'node:timers/promises'
export default async ({ inputs, config }, { signal, idempotencyKey, checkpoint, resume }) => {
  const call = async (path, init) => {
    const response = await fetch(config.url + path, { ...init, signal })
    if (!response.ok) throw Object.assign(new Error(path), { status: response.status })
    return await response.json()
  }
  let id = resume?.id
  if (id === undefined) {
    const headers = { 'idempotency-key': idempotencyKey }
    id = (await call('/films', { method: 'POST', headers, body: JSON.stringify(inputs) })).id
    await checkpoint({ id, at: config.url })
  } else if (resume.at !== config.url) throw new Error('work of another service')
  for (;;) {
    const film = await call('/films/' + id)
    if (film.text !== undefined) return { outputs: { Text: film.text } }
    await sleep(5, undefined, { signal })
  }
}`

class Studio {
  /** By idempotency key: the job that was paid for. */
  readonly paid = new Map<string, number>()
  takes: (n: number) => boolean
  isAnswering = true
  polls = 0
  readonly name: string
  readonly onCall: () => void

  constructor(name: string, takes: (n: number) => boolean, onCall: () => void) {
    this.name = name
    this.takes = takes
    this.onCall = onCall
  }

  async start(): Promise<string> {
    const server = await startLoopback(({ method, path, headers, body }) => {
      this.onCall()
      if (method === 'POST') {
        const { n } = JSON.parse(body.toString()) as { n: number }
        if (!this.takes(n)) return { status: 503 }
        const key = String(headers['idempotency-key'])
        this.paid.set(key, n)
        return { body: { id: key } }
      }
      this.polls++
      const n = this.paid.get(path.slice('/films/'.length))
      if (n === undefined) return { status: 404 }
      if (!this.isAnswering) return { status: 503 }
      return { body: this.polls % 3 === 0 ? { text: `${this.name} ${n}` } : {} }
    })
    return server.url
  }
}

test('a process that is killed while providers take turns pays each job once, at the one that has taken it', {
  timeout: 240_000,
}, async () => {
  let running: CliProcess | undefined
  let callsUntilKill = Number.POSITIVE_INFINITY
  const onCall = () => {
    if (--callsUntilKill === 0) running?.child.kill('SIGKILL')
  }
  const folder = await temporaryFolder()
  // Two thirds of the jobs are refused by the first, always, so whoever takes one is known.
  const first = new Studio('first', n => n % 3 === 0, onCall)
  const spare = new Studio('spare', () => true, onCall)
  await writeFile(join(folder, 'studio.mjs'), CLIENT)
  await writeFile(
    join(folder, 'showrunner.config.yaml'),
    `providers:
  studio: { module: ./studio.mjs, config: { url: "${await first.start()}" } }
  spare: { module: ./studio.mjs, config: { url: "${await spare.start()}" } }
`,
  )
  await writeFile(join(folder, 'films.yaml'), BLUEPRINT)
  const args = ['run', 'films.yaml', '--takeover', '--quiet', '--concurrency', '4']
  let killed = 0
  for (let round = 0; round < KILLS; round++) {
    callsUntilKill = 5 + Math.floor(drawn('providers', round) * 40)
    running = new CliProcess(args, folder)
    if ((await running.ended).code === 'SIGKILL') killed++
  }
  callsUntilKill = Number.POSITIVE_INFINITY
  running = undefined
  expect(await cli(args, folder)).toMatchObject({ code: 0 })
  expect(killed).toBeGreaterThan(0)
  const jobs = [...first.paid.values(), ...spare.paid.values()]
  expect(jobs.sort((a, b) => a - b)).toEqual(Array.from({ length: JOBS }, (_, n) => n))
  expect([...first.paid.values()].every(n => n % 3 === 0)).toBe(true)
})

test('what the first has taken is waited for there, however long it is down, also by the next run', {
  timeout: 120_000,
}, async () => {
  const folder = await temporaryFolder()
  const first = new Studio(
    'first',
    () => true,
    () => {},
  )
  const spare = new Studio(
    'spare',
    () => true,
    () => {},
  )
  first.isAnswering = false
  await writeFile(join(folder, 'studio.mjs'), CLIENT)
  await writeFile(
    join(folder, 'showrunner.config.yaml'),
    `providers:
  studio: { module: ./studio.mjs, config: { url: "${await first.start()}" } }
  spare: { module: ./studio.mjs, config: { url: "${await spare.start()}" } }
`,
  )
  await writeFile(join(folder, 'films.yaml'), BLUEPRINT)
  const args = ['run', 'films.yaml', '--outage-wait', '1s', '--concurrency', '4']
  expect((await cli(args, folder)).code).not.toBe(0)
  const taken = new Set(first.paid.values())
  expect(taken.size).toBeGreaterThan(0)
  for (const n of spare.paid.values()) expect(taken.has(n)).toBe(false)
  first.isAnswering = true
  expect(await cli(args, folder)).toMatchObject({ code: 0 })
  expect(first.paid.size + spare.paid.size).toBe(JOBS)
  const jobs = [...first.paid.values(), ...spare.paid.values()]
  expect(new Set(jobs).size).toBe(JOBS)
})
