import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli } from '../../support/cli/cli.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const PICTURES = 40
const REJECTED = [3, 8, 21, 34]

/** What the service was asked to draw. */
let asked: { readonly prompt: string; readonly notes: readonly string[]; readonly key: string }[] = []
const service = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const { prompt, notes } = JSON.parse(body) as { prompt: string; notes: string[] }
  asked.push({ prompt, notes, key: String(request.headers['idempotency-key']) })
  response.end(`picture of ${prompt}, take ${notes.length}`)
})

beforeAll(() => new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise(resolve => service.close(resolve)))

test('40 pictures are judged in a file, and only the rejected are drawn again, with the note in the prompt', async () => {
  const folder = await temporaryFolder()
  const { port } = service.address() as AddressInfo
  const blueprint = join(folder, 'shots.yaml')
  await writeFile(
    join(folder, 'artist.mjs'),
    `export async function produce({ inputs }, { feedback, idempotencyKey, signal, blob }) {
       const notes = feedback.map(({ reason }) => reason)
       const body = JSON.stringify({ prompt: inputs.prompt, notes })
       const headers = { 'idempotency-key': idempotencyKey }
       const response = await fetch('http://127.0.0.1:${port}/', { method: 'POST', body, headers, signal })
       return { outputs: { Text: await response.text() } }
     }`,
  )
  await writeFile(
    blueprint,
    `name: shots
loops: { scene: { count: ${PICTURES} } }
producers:
  Picture:
    loop: scene
    provider: module
    config: { file: ./artist.mjs }
    with: { prompt: "scene \${index.scene}" }
    outputs: { Text: text }
    review: true
  Clip:
    loop: scene
    provider: template
    config: { template: "clip of {{picture}}" }
    with: { picture: "\${Picture[scene].Text}" }
    outputs: { Text: text }
`,
  )
  const store = ['--store', `file:${join(folder, 'movies')}`]
  const run = () => cli(['run', blueprint, ...store, '--json'], folder)
  const first = await run()
  expect(first.code).toBe(5)
  expect(JSON.parse(first.stdout)).toMatchObject({
    status: 'waiting',
    review: { waiting: PICTURES, outputs: [{ producer: 'Picture', output: 'Text' }] },
  })
  expect(asked).toHaveLength(PICTURES)
  const firstKeys = asked.map(({ key }) => key)
  asked = []

  const status = await cli(['status', 'shots', ...store], folder)
  expect(status.stdout).toMatch(/review +40 texts wait for you \(Picture.Text\)/)
  expect(status.stdout).toContain('waiting for people (the first 20 of 40)\nProducer:Picture[0].Text\n')
  expect(status.stdout).toContain('showrunner review shots --open')
  const plan = await cli(['plan', blueprint, ...store], folder)
  expect(plan.stdout).toContain('40 jobs wait for people to approve what they read.')
  expect(plan.stdout).toContain('40 texts wait for you (Picture.Text)')
  const explained = await cli(['plan', blueprint, '--explain', 'Clip[3]', ...store], folder)
  expect(explained.stdout).toContain('people are to approve Producer:Picture[3]')

  const exported = await cli(['review', 'export', 'shots', ...store], folder)
  const lines = exported.stdout.trim().split('\n')
  expect(lines).toHaveLength(PICTURES)
  const decided = lines.map((line, at) => {
    const item = JSON.parse(line)
    const decision = REJECTED.includes(at)
      ? { decision: 'reject', note: `Scene ${at}: more rain.` }
      : { decision: 'approve' }
    return JSON.stringify({ ...item, ...decision })
  })
  const file = join(folder, 'decisions.jsonl')
  await writeFile(file, decided.join('\n'))
  const apply = (...more: string[]) =>
    cli(['review', 'apply', 'shots', file, ...more, ...store, '--json', '--by', 'ada'], folder)
  const applied = await apply()
  expect(applied.code).toBe(0)
  expect(JSON.parse(applied.stdout)).toMatchObject({
    recorded: PICTURES,
    waiting: 0,
    rejected: REJECTED.length,
  })
  expect(JSON.parse((await apply()).stdout)).toMatchObject({ recorded: 0, unchanged: PICTURES })

  expect((await run()).code).toBe(5)
  expect(asked.map(({ prompt, notes }) => [prompt, ...notes]).sort()).toEqual(
    REJECTED.map(at => [`scene ${at}`, `Scene ${at}: more rain.`]).sort(),
  )
  expect(asked.some(({ key }) => firstKeys.includes(key))).toBe(false)

  // The same decisions once more are known; others about versions that are gone are named by line.
  expect(JSON.parse((await apply()).stdout)).toMatchObject({ recorded: 0, conflicts: [] })
  const late = join(folder, 'late.jsonl')
  await writeFile(late, decided[3]!.replace('"reject"', '"approve"'))
  const refused = await cli(['review', 'apply', 'shots', late, ...store], folder)
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(`${late}:1: `)

  const rest = await cli(['review', 'export', 'shots', ...store], folder)
  const approved = rest.stdout
    .trim()
    .split('\n')
    .map(line => ({ ...JSON.parse(line), decision: 'approve' }))
  expect(approved).toHaveLength(REJECTED.length)
  await writeFile(file, approved.map(line => JSON.stringify(line)).join('\n'))
  await apply()
  const last = await run()
  expect(last.code).toBe(0)
  expect(JSON.parse(last.stdout)).toMatchObject({ status: 'succeeded' })
  expect(await readFile(file, 'utf8')).toContain('take 1')
}, 120_000)

test('a movie that there is not, or none, is said before a page is opened for it', async () => {
  const folder = await temporaryFolder()
  for (const args of [
    ['review', 'nosuch'],
    ['ui', 'nosuch'],
  ])
    expect(await cli(args, folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('MOVIE_NOT_FOUND'),
    })
  for (const what of ['export', 'apply'])
    expect(await cli(['review', what], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`showrunner review ${what} <movie>`),
    })
})
