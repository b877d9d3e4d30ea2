import { writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { startLoopback } from '../../support/servers/loopback-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** A proxy that answers for every host with the server at `target`, and opens no tunnel. */
async function startProxy(target: string) {
  const asked: string[] = []
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    const { pathname } = new URL(incoming.url!)
    const { method, headers } = incoming
    const onward = request(new URL(pathname, target), { method, headers }, answer => {
      outgoing.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  server.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url}`)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const service = async () =>
  await startLoopback(({ path }) =>
    path.endsWith('/chat/completions')
      ? {
          body: {
            id: 'x',
            object: 'chat.completion',
            created: 1,
            model: 'm',
            choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
          },
        }
      : { body: 'Hello' },
  )

const BLUEPRINT = `name: greeting
producers:
  Greeting: { provider: writer, with: { prompt: Hello }, outputs: { Text: text }, retry: { attempts: 1 } }
`

async function runWith(provider: object, ...options: string[]) {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'greeting.yaml'), BLUEPRINT)
  await writeFile(join(folder, 'showrunner.config.json'), JSON.stringify({ providers: { writer: provider } }))
  return await cli(['run', 'greeting.yaml', ...options], folder)
}

const http = (url: string) => ({ module: 'builtin:http', config: { url } })
const ai = (baseUrl: string) => ({
  module: 'builtin:ai',
  model: 'compatible/m',
  config: { baseUrl, apiKey: 'a-key-of-the-test' },
})

// No resolver knows these names, so only a proxy can answer for them.
const NOWHERE = 'service.invalid'

beforeEach(() => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'])
    vi.stubEnv(name, undefined)
  onTestFinished(() => void vi.unstubAllEnvs())
})

test.each([
  ['http', http(`http://${NOWHERE}/make`), `POST http://${NOWHERE}/make`],
  ['ai', ai(`http://${NOWHERE}/v1`), `POST http://${NOWHERE}/v1/chat/completions`],
])('HTTP_PROXY is used by %s', async (_, provider, call) => {
  const proxy = await startProxy((await service()).url)
  vi.stubEnv('HTTP_PROXY', proxy.url)
  const result = await runWith(provider, '--json')
  expect(jsonOf(result)).toMatchObject({ status: 'succeeded' })
  expect(proxy.asked).toEqual([call])
})

test('HTTPS_PROXY is asked for a tunnel', async () => {
  const proxy = await startProxy('http://127.0.0.1:9')
  vi.stubEnv('https_proxy', proxy.url)
  const { code } = await runWith(http(`https://${NOWHERE}/make`))
  expect(code).not.toBe(0)
  expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${NOWHERE}:443`]))
})

test('NO_PROXY is an exception', async () => {
  const { url } = await service()
  const proxy = await startProxy(url)
  vi.stubEnv('HTTP_PROXY', proxy.url)
  vi.stubEnv('NO_PROXY', `127.0.0.1,${NOWHERE}`)
  expect(jsonOf(await runWith(http(`${url}/make`), '--json'))).toMatchObject({ status: 'succeeded' })
  expect(proxy.asked).toEqual([])
})

test('a variable that names no proxy is said to be wrong, by its name', async () => {
  vi.stubEnv('HTTP_PROXY', '::nothing::')
  const { code, stdout, stderr } = await runWith(http(`http://${NOWHERE}/make`))
  expect(code).not.toBe(0)
  expect(stdout + stderr).toContain('HTTP_PROXY')
})
