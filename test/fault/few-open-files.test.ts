import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.js'

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const OPEN_FILES = 160

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** Starts Node in a process that may open few files. */
const nodeWithFiles = (openFiles: number, cwd: string, ...args: string[]) =>
  promisify(execFile)('sh', ['-c', `ulimit -n ${openFiles}; exec "$0" "$@"`, process.execPath, ...args], {
    cwd,
    timeout: 60_000,
  })

/** Runs the command in a process that may open few files, and so have fewer jobs on their way than it was told to. */
async function runWithFewFiles(
  blueprint: string,
  config = '',
): Promise<{ made: number; failedEvents: string }> {
  const cwd = await temporaryFolder()
  await writeFile(join(cwd, 'few.yaml'), blueprint)
  if (config !== '') await writeFile(join(cwd, 'showrunner.config.yaml'), config)
  const showrunner = (...args: string[]) => nodeWithFiles(OPEN_FILES, cwd, CLI, ...args)
  const { stdout } = await showrunner('run', 'few.yaml', '--concurrency', '200', '--json')
  const { stdout: failedEvents } = await showrunner('log', 'few', '--type', 'job.failed', '--json')
  const { counts } = JSON.parse(stdout) as { counts: { succeeded: number } }
  return { made: counts.succeeded, failedEvents }
}

test('calls whose sockets take all open files are made with fewer at once, and their pictures are kept', async () => {
  let callCount = 0
  const requested = new Map<string, number>()
  server = createServer((request, response) => {
    request.resume()
    callCount++
    requested.set(request.url!, (requested.get(request.url!) ?? 0) + 1)
    setTimeout(() => {
      response.setHeader('content-type', 'image/png')
      response.end(Buffer.alloc(20_000, request.url))
    }, 100)
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server!.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const { made, failedEvents } = await runWithFewFiles(
    `name: few
loops: { n: { count: 250 } }
producers:
  Picture:
    loop: n
    provider: http
    with: { n: "\${index.n}" }
    config: { url: "http://127.0.0.1:${port}/{{n}}", body: { n: "{{n}}" } }
    outputs: { Image: image/png }
`,
    'providers:\n  http: { module: builtin:http, limits: { concurrency: 200, adaptive: false } }\n',
  )
  expect(made).toBe(250)
  expect(failedEvents).not.toContain('EMFILE')
  // What was answered is paid for: nothing but a connection that broke off is asked for again.
  expect(requested.size).toBe(250)
  expect(callCount - 250).toBeLessThanOrEqual(failedEvents.split('\n').filter(Boolean).length)
}, 120_000)

test('programs that take all open files, and the files they write and read, wait for each other', async () => {
  const { made, failedEvents } = await runWithFewFiles(`name: few
loops: { n: { count: 200 } }
producers:
  Write:
    loop: n
    provider: command
    with: { n: "\${index.n}" }
    config:
      command: sh
      args: ["-c", "sleep 0.1; echo {{n}} > note; head -c 20000 /dev/zero > bytes; echo {{n}} >> bytes"]
      files: { Note: note, Bytes: bytes }
    outputs: { Note: text, Bytes: application/octet-stream }
  Quote:
    loop: n
    provider: template
    with: { note: "\${Write[n].Note}" }
    config: { template: "{{note}}" }
    outputs: { Text: text/plain }
  Count:
    loop: n
    provider: command
    with: { text: "\${Quote[n].Text}", bytes: "\${Write[n].Bytes}" }
    config: { command: cat, args: ["{{text}}", "{{bytes}}"] }
    outputs: { Both: application/octet-stream }
`)
  expect(made).toBe(600)
  expect(failedEvents).toBe('')
}, 120_000)

const PICTURES = `name: pictures
loops: { n: { count: 60 } }
producers:
  Picture:
    loop: n
    provider: simulate
    with: { n: "\${index.n}" }
    config: { latencyMs: 20, width: 64, height: 64 }
    outputs: { Image: image/png }
`

test.each([25, 40])(
  'a run that may open no more than %i files says so at once',
  async openFiles => {
    const cwd = await temporaryFolder()
    await writeFile(join(cwd, 'pictures.yaml'), PICTURES)
    const run = nodeWithFiles(openFiles, cwd, CLI, 'run', 'pictures.yaml', '--json')
    const { stdout, code } = (await run.catch(error => error)) as { stdout: string; code: number }
    expect([JSON.parse(stdout), code]).toMatchObject([
      { error: { code: 'OPEN_FILES_LIMIT', details: { limit: openFiles } } },
      1,
    ])
  },
  90_000,
)

test('more threads than the files are enough for are not started', async () => {
  const cwd = await temporaryFolder()
  await writeFile(join(cwd, 'pictures.yaml'), PICTURES)
  const args = ['run', 'pictures.yaml', '--threads', '16', '--concurrency', '60', '--json']
  const { stdout } = await nodeWithFiles(130, cwd, CLI, ...args)
  expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', counts: { succeeded: 60 } })
}, 90_000)

test('a program waits when there is no descriptor for the process that starts it', async () => {
  const cwd = await temporaryFolder()
  const provider = new URL('../../dist/thread/command.js', import.meta.url)
  const script = `
    const { openSync } = await import('node:fs')
    const { default: command } = await import(${JSON.stringify(provider.href)})
    try { for (;;) openSync('/dev/null') } catch { /* none is left */ }
    const request = { config: { command: 'true' }, inputs: {}, outputs: {}, baseFolder: '.' }
    const context = { signal: new AbortController().signal, feedback: [] }
    const failure = await command.produce(request, context).catch(error => error)
    console.log(failure.code)`
  const { stdout } = await nodeWithFiles(60, cwd, '--input-type=module', '-e', script)
  expect(stdout).toBe('overloaded\n')
})
