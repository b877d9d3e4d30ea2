import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobTemplate } from '../../../src/model/job.js'
import type { BlobRef } from '../../../src/model/movie/event.js'
import type { InputValue } from '../../../src/model/provider/provider.js'
import command from '../../../src/providers/command/command.js'
import { codeOf } from '../../support/jobs/job-inbox.js'
import { runProvider, valuesOf } from '../../support/jobs/provider-run.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

const text = { Text: { type: 'text' } }
let baseFolder: string
beforeAll(async () => {
  baseFolder = await mkdtemp(join(tmpdir(), 'command-test-'))
})
afterAll(async () => {
  await rm(baseFolder, { recursive: true })
})

function run(
  config: object,
  outputs: JobTemplate['outputs'] = text,
  inputs: Record<string, InputValue> = {},
  { blobs, ...template }: Partial<JobTemplate> & { blobs?: MemoryBlobs } = {},
) {
  const whole = {
    config: { command: process.execPath, ...config } as never,
    outputs,
    baseFolder,
    ...template,
  }
  return runProvider(command, whole, { inputs }, blobs === undefined ? {} : { blobs })
}
const node = (script: string, ...args: string[]) => ({ args: ['-e', script, ...args] })
const failure = async (...given: Parameters<typeof run>) => {
  const { outcome } = await run(...given)
  return outcome.state === 'failed' ? `${outcome.error.code}: ${outcome.error.message}` : 'succeeded'
}

test('arguments are templates that no shell reads', async () => {
  const config = { command: 'printf', args: ['%s|', 'to {{who}}', '$HOME; rm *', ''] }
  const { outcome } = await run(config, text, { who: '"$(x)"' })
  expect(valuesOf(outcome)).toEqual({ Text: 'to "$(x)"|$HOME; rm *||' })
})

test('standard input is a template, standard output becomes the output of its type', async () => {
  const upper = node(
    'process.stdin.setEncoding("utf8").on("data", text => process.stdout.write(text.toUpperCase()))',
  )
  const inputs = { name: 'ü' }
  expect(valuesOf((await run({ ...upper, stdin: 'hi {{name}}' }, text, inputs)).outcome)).toEqual({
    Text: 'HI Ü',
  })
  const json = await run(
    { command: 'cat', stdin: '[1, {"a": "{{name}}"}]' },
    { Data: { type: 'json' } },
    inputs,
  )
  expect(valuesOf(json.outcome)).toEqual({ Data: [1, { a: 'ü' }] })
  const list = await run({ command: 'echo', args: ['[3, 4]'] }, { Numbers: { type: 'number', count: 2 } })
  expect(valuesOf(list.outcome)).toEqual({ Numbers: [3, 4] })
  const { outcome, blobs } = await run({ command: 'cat', stdin: 'RIFF' }, { Sound: { type: 'audio/wav' } })
  expect(blobs.text(valuesOf(outcome).Sound as BlobRef)).toBe('RIFF')
})

test('blobs come as files and go as files, several for a list', async () => {
  const blobs = new MemoryBlobs()
  const pictures = [
    await blobs.put(Buffer.from('one'), 'image/png'),
    await blobs.put(Buffer.from('two'), 'image/jpeg'),
  ]
  const script = `
    const fs = require('node:fs')
    const paths = process.argv.slice(1)
    paths.forEach((path, index) => fs.writeFileSync('copy-' + (index + 1) + '.png', fs.readFileSync(path) + '!'))
    fs.writeFileSync('note.txt', paths.map(path => require('node:path').extname(path)).join())`
  const config = {
    ...node(script, '{{pictures.0}}', '{{pictures.1}}'),
    files: { Copies: 'copy-{{number}}.png', Note: 'note.txt' },
  }
  const outputs = { Copies: { type: 'image/*', count: 2 }, Note: { type: 'text' } }
  const { outcome } = await run(config, outputs, { pictures }, { blobs })
  const { Copies, Note } = valuesOf(outcome) as { Copies: BlobRef[]; Note: string }
  expect(Note).toBe('.png,.jpg')
  expect(Copies.map(copy => [blobs.text(copy), copy.mimeType])).toEqual([
    ['one!', 'image/png'],
    ['two!', 'image/png'],
  ])
})

test('a program beside the blueprint, by a path with a slash; {{baseFolder}} for its files', async () => {
  await writeFile(join(baseFolder, 'greet.sh'), '#!/bin/sh\nprintf "%s from a file" "$1"', { mode: 0o755 })
  const script = await run({ command: './greet.sh', args: ['hi'] })
  expect(valuesOf(script.outcome)).toEqual({ Text: 'hi from a file' })
  const { outcome } = await run({ command: 'cat', args: ['{{baseFolder}}/greet.sh'] })
  expect(valuesOf(outcome).Text).toMatch(/^#!/)
})

test('the environment is an allow-list', async () => {
  process.env.SHOWRUNNER_TEST_KEY = 'secret'
  process.env.SHOWRUNNER_TEST_OPEN = 'open'
  const config = { ...node('console.log(Object.keys(process.env).join())'), env: ['SHOWRUNNER_TEST_OPEN'] }
  const names = String(valuesOf((await run(config)).outcome).Text)
  expect(names).toContain('PATH')
  expect(names).toContain('SHOWRUNNER_TEST_OPEN')
  expect(names).not.toContain('SHOWRUNNER_TEST_KEY')
})

test('an exit code other than 0 is a bug, with the end of standard error; retryOn makes it overloaded', async () => {
  const config = node('for (let i = 0; i < 9; i++) console.error("line " + i); process.exit(7)')
  expect(await failure(config)).toMatch(
    /^bug: Program .* exited with 7: line 4\nline 5\nline 6\nline 7\nline 8$/,
  )
  expect(await failure({ ...config, retryOn: [7] })).toMatch(/^overloaded/)
  expect(await failure(node('process.kill(process.pid, "SIGKILL")'))).toMatch(/^bug: .*ended by SIGKILL/)
})

test('mistakes are named', async () => {
  expect(await failure({ command: 'no-such-program-anywhere' })).toMatch(/^invalid: .*was not found/)
  expect(await failure({ command: './absent' })).toMatch(/^invalid: .*was not found/)
  expect(await failure({ command: './absent', files: { Text: 'a' } })).toMatch(/^invalid: .*was not found/)
  expect(await failure({ args: 'x' })).toMatch(/^invalid: .*config\.args/)
  expect(await failure({ arg: [] })).toMatch(/^invalid: .*arg/)
  const two = { A: { type: 'text' }, B: { type: 'text' } }
  expect(await failure({}, two)).toMatch(/^invalid: .*A, B have no file/)
  expect(await failure({ files: { C: 'c' } })).toMatch(/^invalid: .*files\.C/)
  expect(await failure({ command: 'true' }, { Out: { type: 'image/*' } })).toMatch(/^invalid: .*exact type/)
  expect(await failure({ command: 'true', files: { Text: '../../etc/passwd' } })).toMatch(
    /^invalid: .*leaves/,
  )
  expect(await failure({ command: 'touch', args: ['b.txt'], files: { Text: 'a.txt' } })).toMatch(
    /^bug: .*did not write "a\.txt"; it wrote b\.txt/,
  )
  expect(await failure({ command: 'mkdir', args: ['a.txt'], files: { Text: 'a.txt' } })).toMatch(
    /^bug: .*"a\.txt" is a folder/,
  )
  expect(await failure({ command: 'mkfifo', args: ['a.txt'], files: { Text: 'a.txt' } })).toMatch(
    /^bug: .*no regular file/,
  )
  await writeFile(join(baseFolder, 'script'), '#!/no/such/interpreter\n', { mode: 0o755 })
  expect(await failure({ command: './script' })).toMatch(/^invalid: .*names an interpreter/)
  expect(await failure({ command: 'true', args: ['a\0b'] })).toMatch(/^invalid: .*cannot be started/)
  expect(await failure({ command: 'true', args: ['x'.repeat(3_000_000)] })).toMatch(
    /^too_large: .*more arguments/,
  )
  expect(await failure({ command: 'printf', args: ['\\377'] })).toMatch(/^bug: .*not UTF-8 text/)
  expect(await failure({ command: 'echo', args: ['{'] }, { Data: { type: 'json' } })).toMatch(
    /^bug: .*not JSON/,
  )
})

test('an abort ends the whole process group, and what it wrote is removed', async () => {
  // The child ignores SIGTERM, and has a child of its own that would hold the pipe open for a minute.
  const script = `
    process.on('SIGTERM', () => {})
    const { spawn } = require('node:child_process')
    const inner = spawn('sleep', ['60'], { stdio: 'inherit' })
    require('node:fs').writeFileSync('own', '')
    require('node:fs').writeFileSync(process.argv[1], process.cwd() + '\\n' + process.pid + '\\n' + inner.pid)
    setInterval(() => {}, 1000)`
  const note = join(baseFolder, 'pids')
  const { outcome } = await run(node(script, note), text, {}, { timeoutMs: 700 })
  expect(codeOf(outcome)).toBe('timeout')
  const [folder, ...pids] = (await readFile(note, 'utf8')).split('\n')
  for (const pid of pids) await expectGone(Number(pid))
  await expect.poll(() => existsSync(join(folder!, 'own')), { timeout: 5_000 }).toBe(false)
})

test('every program begins in an empty folder, also after one that left files', async () => {
  const leave = node('fs.writeFileSync("left", "x"); console.log(fs.readdirSync(".").length)')
  const look = node('console.log(fs.readdirSync(".").length)')
  for (const config of [leave, look, leave, look]) {
    const count = config === leave ? '1\n' : '0\n'
    expect(valuesOf((await run(config)).outcome)).toEqual({ Text: count })
  }
})

test('large input and output pass through whole, at the pace of who reads', async () => {
  const megabytes = 12
  const blobs = new MemoryBlobs()
  const access = {
    ...methodsOf(blobs),
    async put(data: Uint8Array | AsyncIterable<Uint8Array>, mimeType: string) {
      const chunks: Uint8Array[] = []
      for await (const chunk of data as AsyncIterable<Uint8Array>) {
        chunks.push(chunk)
        if (chunks.length % 20 === 1) await new Promise(resolve => setImmediate(resolve))
      }
      return await blobs.put(Buffer.concat(chunks), mimeType)
    },
  }
  const line = '0123456789abcde\n'
  const config = { command: 'cat', stdin: '{{text}}' }
  const big = line.repeat((megabytes * 1024 * 1024) / line.length)
  const { outcome } = await runProvider(
    command,
    { config, outputs: { Copy: { type: 'application/octet-stream' } }, baseFolder },
    { inputs: { text: big } },
    { access },
  )
  const copy = valuesOf(outcome).Copy as BlobRef
  expect(copy.sizeBytes).toBe(big.length)
  expect(blobs.text(copy) === big).toBe(true)
})

test('a program that does not read its input, and one that prints without end, end their jobs', async () => {
  expect(valuesOf((await run({ command: 'echo', args: ['x'], stdin: 'y'.repeat(3e6) })).outcome)).toEqual({
    Text: 'x\n',
  })
  expect(await failure({ command: 'yes' })).toMatch(/^too_large/)
})

test('what a program leaves behind is ended, and cannot hold the job up', async () => {
  const script = `
    const { spawn } = require('node:child_process')
    const left = spawn('sleep', ['60'], { stdio: 'inherit' })
    left.unref()
    process.stdout.write(String(left.pid), () => process.exit(0))`
  const { outcome } = await run(node(script), text, {}, { timeoutMs: 20_000 })
  expect(codeOf(outcome)).toBe('succeeded')
  await expectGone(Number(valuesOf(outcome).Text))
})

function methodsOf(blobs: MemoryBlobs) {
  return {
    sizeOf: blobs.sizeOf.bind(blobs),
    read: blobs.read.bind(blobs),
    readStream: blobs.readStream.bind(blobs),
  }
}

async function expectGone(pid: number): Promise<void> {
  const isAlive = () => {
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  }
  await expect.poll(isAlive, { timeout: 5_000 }).toBe(false)
}
