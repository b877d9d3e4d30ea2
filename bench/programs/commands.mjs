// node commands.mjs HOW PROGRAMS BALLAST_MB: starts `echo` so often, 8 at once, by the engine or by Node's own spawn.
import { spawn } from 'node:child_process'
import { timeRun, withEngine } from '../support/engine.mjs'

const [how, programs, ballastMb] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const AT_ONCE = 8
// Touched, so that it is resident: a fork copies the tables of its pages.
const ballast = Array.from({ length: ballastMb / 16 }, () => Buffer.alloc(16 * 1024 * 1024, 1))

const echo = () =>
  new Promise(resolve => {
    const child = spawn('echo', ['hello'], { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    child.stdout.on('data', () => {})
    child.stderr.on('data', () => {})
    child.on('close', resolve)
  })

async function bySpawn() {
  const startMs = performance.now()
  let next = 0
  const worker = async () => {
    while (next++ < programs) await echo()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return performance.now() - startMs
}

const blueprint = {
  name: 'commands',
  inputs: { jobs: 'integer' },
  loops: { job: { count: '${inputs.jobs}' } },
  producers: {
    Echo: {
      loop: 'job',
      provider: 'command',
      config: { command: 'echo', args: ['hello'] },
      outputs: { Text: 'text' },
    },
  },
}

const ms =
  how === 'spawn'
    ? await bySpawn()
    : await withEngine(
        engine => timeRun(engine, { movieId: 'commands', blueprint, inputs: { jobs: programs } }),
        { concurrency: AT_ONCE },
      )
console.log(JSON.stringify({ ms, ballast: ballast.length }))
