import { readFile } from 'node:fs/promises'

/** Clock ticks of /proc/PID/stat, which Linux gives in hundredths of a second everywhere. */
const TICK_MS = 10

/** Milliseconds of processor that a process has used; 0 where the system does not tell. @param {number} pid */
export async function cpuMsOf(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // What follows the program's name, which may hold spaces.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? []
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS
}
