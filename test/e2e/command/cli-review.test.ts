import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
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
  expect(explained.stdout).toContain('People must approve Producer:Picture[3] first')

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

/** A table as a spreadsheet saves it: its own order of columns and rows, its own quotes, line ends and delimiter. */
function savedAgain(csv: string, decide: (row: Record<string, string>) => Record<string, string>): Buffer {
  const [header, ...records] = parse(csv, { bom: true }) as string[][]
  const rows = records.map(record => Object.fromEntries(header!.map((name, at) => [name, record[at]!])))
  const columns = ['my remarks', 'HASH', ' Decision ', 'artifactid', 'Note', 'content', 'type', 'value']
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`
  const lines = rows.reverse().map(row => {
    const { decision = '', note = '', content = '' } = decide(row)
    const cells = ['a, b; c', row.hash, decision, row.artifactId, note, content, row.type, row.value]
    return cells.map(cell => quoted(cell ?? '')).join(';')
  })
  return Buffer.from(`\uFEFF${columns.join(';')}\r\n${lines.join('\r\n')}\r\n;;;;;;;\r\n`, 'utf16le')
}

test('decisions come back from a spreadsheet, and as a JSON list', async () => {
  const folder = await temporaryFolder()
  const file = (name: string) => join(folder, name)
  await writeFile(
    file('words.yaml'),
    `name: words
inputs: { names: json }
loops: { name: { over: "\${inputs.names}" } }
producers:
  Word:
    loop: name
    provider: template
    config: { template: "{{name}}" }
    with: { name: "\${name}" }
    outputs: { Text: text }
    review: true
`,
  )
  await writeFile(file('names.json'), JSON.stringify(['=1+1', 'a "b", c', 'два\nlines', 'owl', 'elk', 'ox']))
  const store = ['--store', `file:${file('movies')}`]
  const review = (...args: string[]) => cli(['review', ...args, ...store], folder)
  expect((await cli(['run', 'words.yaml', '-i', 'names=@names.json', ...store], folder)).code).toBe(5)

  const exported = await review('export', 'words', '--format', 'csv')
  expect(exported.stdout).toContain("'=1+1")
  const decisions: Record<string, Record<string, string>> = {
    'Producer:Word[0].Text': { decision: 'TRUE' },
    'Producer:Word[1].Text': { decision: ' Approve' },
    'Producer:Word[2].Text': { decision: 'reject', note: 'Longer;\nmuch "longer".' },
    'Producer:Word[3].Text': { decision: 'edit', content: 'a great owl' },
  }
  await writeFile(
    file('saved.csv'),
    savedAgain(exported.stdout, row => decisions[row.artifactId!] ?? {}),
  )
  const applied = await review('apply', 'words', 'saved.csv', '--json')
  expect(JSON.parse(applied.stdout)).toMatchObject({ recorded: 4, conflicts: [], waiting: 2, rejected: 1 })
  const reviews = (await cli(['log', 'words', '--type', 'artifact.reviewed', '--json', ...store], folder))
    .stdout
  expect(reviews).toContain(JSON.stringify('Longer;\nmuch "longer".'))

  const lines = (await review('export', 'words')).stdout.trim().split('\n')
  const list = lines.map(line => ({ ...JSON.parse(line), decision: true, mine: 1 }))
  await writeFile(file('list.json'), `\uFEFF${JSON.stringify(list, null, 2).replaceAll('\n', '\r\n')}`)
  expect(JSON.parse((await review('apply', 'words', 'list.json', '--json')).stdout)).toMatchObject({
    recorded: 2,
    waiting: 0,
  })
  await writeFile(file('wrong.csv'), 'artifactId,decision\nProducer:Word[0].Text,perhaps\n')
  expect(await review('apply', 'words', 'wrong.csv')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('wrong.csv:2'),
  })
}, 60_000)

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
