import { readdir, readFile } from 'node:fs/promises'

/** Clock ticks of /proc/PID/stat, which Linux gives in hundredths of a second everywhere. */
const TICK_MS = 10

/**
 * What a program uses while it does its jobs, the server that it needs counted in: `BENCH_SERVER_PID`. The jobs
 * are done once before, in small, so that nobody's start is measured. Prints JSON for the parent.
 *
 * @param {number} jobs
 * @param {(jobs: number) => Promise<unknown>} doJobs
 */
export async function measureUse(jobs, doJobs) {
  await doJobs(Math.ceil(jobs / 10))
  const server = Number(process.env.BENCH_SERVER_PID ?? 0)
  const before = process.cpuUsage()
  const serverBeforeMs = await cpuMsOf(server)
  const startMs = performance.now()
  await doJobs(jobs)
  const ms = performance.now() - startMs
  const { user, system } = process.cpuUsage(before)
  const cpuMs = (user + system) / 1_000 + (await cpuMsOf(server)) - serverBeforeMs
  const peakBytes = process.resourceUsage().maxRSS * 1_024 + (await memoryOf(server))
  process.stdout.write(`${JSON.stringify({ ms, cpuMs, peakBytes })}\n`)
}

/** Of a process and its children, those that have ended among them. @param {number} pid */
async function cpuMsOf(pid) {
  if (pid === 0) return 0
  let ticks = 0
  for (const member of await familyOf(pid)) {
    const fields = await statOf(member)
    if (fields === undefined) continue
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number)
    ticks += user + system + (member === pid ? endedUser + endedSystem : 0)
  }
  return ticks * TICK_MS
}

/** Bytes, those that processes share counted once. @param {number} pid */
async function memoryOf(pid) {
  if (pid === 0) return 0
  let kilobytes = 0
  for (const member of await familyOf(pid)) {
    const text = await readFile(`/proc/${member}/smaps_rollup`, 'utf8').catch(() => '')
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0)
  }
  return kilobytes * 1_024
}

/** @param {number} pid */
async function familyOf(pid) {
  const family = [pid]
  for (const name of await readdir('/proc')) {
    if (/^\d+$/.test(name) && Number((await statOf(Number(name)))?.[1]) === pid) family.push(Number(name))
  }
  return family
}

/** The fields behind the program's name, which may hold spaces. @param {number} pid */
async function statOf(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}
