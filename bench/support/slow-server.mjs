import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../programs/slow-server.mjs', import.meta.url))

/** Starts the slow service in a process of its own, whose work is not counted as ours. */
export async function startSlowServer() {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  return {
    url: String(line).trim(),
    async close() {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}
