import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, mkdir, readdir } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * @typedef {object} Server
 * @property {Record<string, string>} environment for the programs that use it
 * @property {() => Promise<void>} close
 */

/**
 * Starts a server in a folder; undefined, with a word about it, when it is not installed.
 *
 * @param {'redis' | 'postgres'} kind @param {string} folder @returns {Promise<Server | undefined>}
 */
export async function startServer(kind, folder) {
  const program = kind === 'redis' ? inPath('redis-server') : await postgresFolder()
  if (program !== undefined)
    return kind === 'redis' ? startRedis(program, folder) : startPostgres(program, folder)
  const install = kind === 'redis' ? 'redis-server' : 'postgresql'
  console.log(`${kind} is not installed, so its peers are left out: apt-get install ${install}`)
  return undefined
}

/** With its log of changes, as BullMQ's manual asks for. @param {string} program @param {string} folder */
async function startRedis(program, folder) {
  const port = await freePort()
  const settings = { port, bind: '127.0.0.1', dir: folder, appendonly: 'yes', save: '' }
  const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  return await started(spawn(program, words, { stdio: 'ignore' }), port, {})
}

/** With Debian's defaults. @param {string} programs @param {string} folder */
async function startPostgres(programs, folder) {
  const port = await freePort()
  const data = join(folder, 'postgres')
  await mkdir(data)
  const owner = await unprivileged()
  if (owner.uid !== undefined) {
    await chown(folder, owner.uid, owner.gid)
    await chown(data, owner.uid, owner.gid)
  }
  await run(join(programs, 'initdb'), ['-D', data, '-U', 'bench', '--auth=trust', '-E', 'UTF8'], {
    ...owner,
    cwd: folder,
  })
  const words = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder]
  const child = spawn(join(programs, 'postgres'), words, { stdio: 'ignore', ...owner, cwd: folder })
  return await started(child, port, { BENCH_SERVER_URL: `postgresql://bench@127.0.0.1:${port}/bench` })
}

/** @param {import('node:child_process').ChildProcess} child @param {number} port @param {Record<string, string>} environment */
async function started(child, port, environment) {
  // Also when the bench is ended before its time.
  process.once('exit', () => child.kill('SIGINT'))
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (tries > 100 || child.exitCode !== null) throw new Error(`the server on port ${port} did not start`)
    await sleep(100)
  }
  // The port is open a moment before it answers.
  await sleep(1_000)
  return {
    environment: { ...environment, BENCH_SERVER_PID: String(child.pid), BENCH_SERVER_PORT: String(port) },
    async close() {
      const closed = once(child, 'close')
      child.kill('SIGINT')
      await closed
    },
  }
}

/** PostgreSQL refuses to run as root: then it is its own user. */
async function unprivileged() {
  if (process.getuid?.() !== 0) return {}
  const id = async (/** @type {string} */ flag) => Number((await run('id', [flag, 'postgres'])).stdout)
  return { uid: await id('-u'), gid: await id('-g') }
}

/** The newest version; Debian keeps its programs out of the path. */
async function postgresFolder() {
  const versions = await readdir('/usr/lib/postgresql').catch(() => /** @type {string[]} */ ([]))
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? undefined : join('/usr/lib/postgresql', newest, 'bin')
}

/** @param {string} program */
const inPath = program =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, program))
    .find(existsSync)

/** @param {number} port */
async function accepts(port) {
  const socket = connect(port, '127.0.0.1')
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return isOpen
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  server.close()
  await once(server, 'close')
  return port
}
