import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'

const LOOK_MS = 10
/** Of the clock in which Linux tells the processor time of a process. */
const TICKS_PER_SECOND = 100

/**
 * Runs a program in a process of its own.
 *
 * @param {string} cwd @param {string[]} args of Node
 * @returns {Promise<{ cpuMs: number, peakBytes: number }>} its processor time, and the most that it held; both 0 where the
 * system does not say
 */
export async function measuredProgram(cwd, ...args) {
  let peakBytes = 0
  let ticks = 0
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  const look = async () => {
    const [status, stat] = await Promise.all(
      ['status', 'stat'].map(name => readFile(`/proc/${child.pid}/${name}`, 'utf8').catch(() => '')),
    )
    peakBytes = Math.max(peakBytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1_024)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks = Math.max(ticks, Number(fields[11] ?? 0) + Number(fields[12] ?? 0) || 0)
  }
  const timer = setInterval(look, LOOK_MS)
  const code = await new Promise(resolve => child.on('close', resolve))
  clearInterval(timer)
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return { cpuMs: (ticks / TICKS_PER_SECOND) * 1_000, peakBytes }
}
