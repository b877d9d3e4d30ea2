import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'

/** Debian's package redis-server. */
export const hasRedis = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].some(path =>
  existsSync(path),
)

export interface RedisServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** `kill -9` */
  kill(): Promise<void>
  /** Starts it again, on the same port and with the same settings, after it was killed. */
  restart(): Promise<void>
  /** Sends one command over a connection of its own. */
  send(command: string, ...args: readonly string[]): Promise<unknown>
}

/** Starts a Redis of its own that keeps everything in memory, unless the settings say otherwise. */
export async function startRedis(...settings: readonly string[]): Promise<RedisServer> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'showrunner-redis-'))
  const command = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  let child: ChildProcess
  const start = async () => {
    const stdio = ['ignore', 'pipe', 'inherit'] as const
    child = spawn('redis-server', [...command, ...settings], { cwd: folder, stdio: [...stdio] })
    for await (const line of createInterface(child.stdout!)) if (line.includes('Ready to accept')) break
    child.stdout!.resume()
  }
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    restart: start,
    async send(name, ...args) {
      const redis = new Redis(port, { lazyConnect: true })
      try {
        return await redis.call(name, ...args)
      } finally {
        redis.disconnect()
      }
    },
    async [Symbol.asyncDispose]() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
