import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startServer } from '../peers/servers.mjs'
import { THREADS } from './engine.mjs'
import { withFolder } from './temporary-folder.mjs'

/** @typedef {{ port: number, pid: number, url: string }} Redis */

/**
 * A Redis server of its own, with its log of changes, for as long as it is used. Undefined when none is installed.
 *
 * @template Result
 * @param {(redis: Redis | undefined) => Promise<Result>} use
 */
export function withRedis(use) {
  return withFolder(async folder => {
    const server = await startServer('redis', folder)
    if (server === undefined) return await use(undefined)
    const { BENCH_SERVER_PORT: port, BENCH_SERVER_PID: pid } = server.environment
    try {
      return await use({ port: Number(port), pid: Number(pid), url: `redis://127.0.0.1:${port}` })
    } finally {
      await server.close()
    }
  })
}

/**
 * Hosts in processes of their own, for as long as they are used.
 *
 * @template Result
 * @param {{ hosts: number, places: number, queue: string, store: string, providers: object }} options
 * @param {(hosts: readonly Program[]) => Promise<Result>} use
 */
export async function withHosts({ hosts, ...options }, use) {
  const threads = Math.max(1, Math.floor(THREADS / hosts))
  const given = JSON.stringify({ ...options, threads })
  return await withPrograms(
    Array.from({ length: hosts }, () => ['fleet/host', given]),
    use,
  )
}

/** @typedef {import('node:child_process').ChildProcess} Program */

/**
 * Programs of `bench/programs` that say "ready", for as long as they are used.
 *
 * @template Result
 * @param {readonly string[][]} commands name and arguments of each
 * @param {(programs: readonly Program[]) => Promise<Result>} use
 */
export async function withPrograms(commands, use) {
  const programs = commands.map(([name, ...args]) =>
    fork(fileURLToPath(new URL(`../programs/${name}.mjs`, import.meta.url)), args),
  )
  try {
    await Promise.all(programs.map(program => once(program, 'message')))
    return await use(programs)
  } finally {
    for (const program of programs) program.kill('SIGKILL')
  }
}
