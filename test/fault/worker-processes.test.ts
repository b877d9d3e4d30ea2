import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JsonObject } from '../../src/model/json.js'
import { ThreadExecutor } from '../../src/workers/thread/thread-executor.js'
import { assignment, builtin, fixtureModules, jobTemplate } from '../support/jobs/job-fixture.js'
import { codeOf, JobInbox } from '../support/jobs/job-inbox.js'
import { runOpening } from '../support/jobs/run-opening.js'

let folder: string
let program: ChildProcess | undefined
const started: number[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'processes-test-'))
})
afterEach(async () => {
  program?.kill('SIGKILL')
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  await rm(folder, { recursive: true })
})

/** A program that writes its process id to a file and then works for ever. */
const endless = (): JsonObject => ({
  command: process.execPath,
  args: [
    '-e',
    'require("node:fs").writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000)',
    join(folder, 'pid'),
  ],
})

async function startedPid(): Promise<number> {
  const read = () => readFile(join(folder, 'pid'), 'utf8').then(Number, () => 0)
  await expect.poll(read, { timeout: 10_000 }).toBeGreaterThan(0)
  started.push(await read())
  return started[0]!
}

/** A zombie has ended; nobody is left in a killed thread to take note of it. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.startsWith('Z')
}

test('the program of a command ends with its thread, also when that is killed', async () => {
  await using executor = new ThreadExecutor({ threads: 1, abortGraceMs: 100, modules: fixtureModules })
  const inbox = new JobInbox()
  const run = executor.openRun(runOpening(inbox.receive))
  run.dispatch(jobTemplate({ provider: builtin('command'), config: endless() }), [assignment(1)])
  const pid = await startedPid()
  run.dispatch(jobTemplate({ timeoutMs: 20 }), [assignment(2, { act: 'loop' })])
  expect(codeOf(await inbox.outcome(1))).toBe('worker_lost')
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false)
})

test.each([
  ['calls process.exit', 'SIGUSR2'],
  ['is killed', 'SIGKILL'],
] as const)('the program of a command and its spawner end with the host, when that %s', async (_, signal) => {
  const host = hostProgram()
  const pid = await startedPid()
  const spawnerPid = parentOf(pid)
  expect([isAlive(pid), isAlive(spawnerPid)]).toEqual([true, true])
  host.kill(signal)
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false)
  await expect.poll(() => isAlive(spawnerPid), { timeout: 5_000 }).toBe(false)
})

test('jobs whose spawner is killed have lost their worker; their programs end, and the next job gets a new one', async () => {
  await using executor = new ThreadExecutor({ threads: 1, abortGraceMs: 100, modules: fixtureModules })
  const inbox = new JobInbox()
  const run = executor.openRun(runOpening(inbox.receive))
  run.dispatch(jobTemplate({ provider: builtin('command'), config: endless() }), [assignment(1)])
  const pid = await startedPid()
  process.kill(parentOf(pid), 'SIGKILL')
  const outcome = await inbox.outcome(1)
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'worker_lost' }, isSoleSuspect: true })
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false)
  const echo = jobTemplate({ templateId: 2, provider: builtin('command'), config: { command: 'echo' } })
  run.dispatch(echo, [assignment(2)])
  expect(codeOf(await inbox.outcome(2))).toBe('succeeded')
})

test('a spawner that is killed while it starts programs leaves none behind but the one it was starting', async () => {
  await using executor = new ThreadExecutor({ threads: 1, abortGraceMs: 100, modules: fixtureModules })
  const inbox = new JobInbox()
  const run = executor.openRun(runOpening(inbox.receive))
  const script = 'echo $$ >> "$0"; exec sleep 60'
  const config = { command: 'sh', args: ['-c', script, join(folder, 'pids')] }
  const jobs = Array.from({ length: 200 }, (_, index) => assignment(index + 1))
  run.dispatch(jobTemplate({ provider: builtin('command'), config }), jobs)
  const pids = () =>
    readFile(join(folder, 'pids'), 'utf8').then(
      text => text.split('\n').map(Number),
      () => [],
    )
  await expect.poll(async () => (await pids()).length, { timeout: 10_000, interval: 1 }).toBeGreaterThan(5)
  process.kill(parentOf((await pids())[0]!), 'SIGKILL')
  for (const job of [1, 200]) expect(codeOf(await inbox.outcome(job))).toBe('worker_lost')
  const leftBehind = async () => {
    const left = (await pids()).filter(pid => pid > 0 && isAlive(pid))
    started.push(...left)
    return left.length
  }
  await expect.poll(leftBehind, { timeout: 5_000 }).toBeLessThanOrEqual(1)
})

function hostProgram(): ChildProcess {
  const script = fileURLToPath(new URL('../support/programs/pool-program.mjs', import.meta.url))
  program = spawn(process.execPath, [script, 'command', '{}'], {
    env: { ...process.env, CONFIG: JSON.stringify(endless()) },
    stdio: 'inherit',
  })
  return program
}

/** The spawner. */
function parentOf(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' })
  return Number(stdout)
}
