import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CliProcess, cli } from '../../support/cli/cli.js'
import { rounds } from '../../support/rounds.js'
import { drawn } from '../../support/seeded.js'
import { startLoopback } from '../../support/servers/loopback-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const JOBS = 8
const ASKINGS = 3
const KILLS = rounds(3, 10)

const BLUEPRINT = `name: pages
loops: { page: { count: ${JOBS} } }
producers:
  Page:
    loop: page
    provider: module
    config: { file: ./writer.mjs }
    with: { page: "\${index.page}" }
    outputs: { Number: number }
    check: { that: { value: "\${outputs.Number}", atLeast: ${ASKINGS - 1} }, attempts: 10 }
`

/** Answers with how often it was told that it is wrong. */
const writer = (url: string) => `export default async ({ inputs }, { feedback, idempotencyKey, signal }) => {
  const body = JSON.stringify({ page: inputs.page, told: feedback.map(({ outputs }) => outputs.Number) })
  const headers = { 'idempotency-key': idempotencyKey }
  const response = await fetch('${url}', { method: 'POST', headers, body, signal })
  return { outputs: { Number: await response.json() } }
}`

test('a process that is killed between a rejected answer and the next asking pays each asking once', {
  timeout: 120_000,
}, async () => {
  /** By page and asking: the keys under which the service was asked. */
  const keys = new Map<string, Set<string>>()
  const folder = await temporaryFolder()
  let running: CliProcess | undefined
  let callsUntilKill = Number.POSITIVE_INFINITY
  const server = await startLoopback(({ headers, body }) => {
    const { page, told } = JSON.parse(body.toString()) as { page: number; told: number[] }
    expect(told).toEqual(told.map((_, at) => at))
    const asking = `${page} ${told.length}`
    const known = keys.get(asking) ?? new Set()
    keys.set(asking, known.add(String(headers['idempotency-key'])))
    if (--callsUntilKill === 0) running?.child.kill('SIGKILL')
    return { body: told.length }
  })
  await writeFile(join(folder, 'pages.yaml'), BLUEPRINT)
  await writeFile(join(folder, 'writer.mjs'), writer(server.url))
  const args = ['run', 'pages.yaml', '--takeover', '--quiet', '--concurrency', '3']
  let killed = 0
  for (let round = 0; round < KILLS; round++) {
    callsUntilKill = 2 + Math.floor(drawn('askings', round) * 6)
    running = new CliProcess(args, folder)
    if ((await running.ended).code === 'SIGKILL') killed++
  }
  callsUntilKill = Number.POSITIVE_INFINITY
  running = undefined
  expect(await cli(args, folder)).toMatchObject({ code: 0 })
  expect(killed).toBeGreaterThan(0)
  const askings = Array.from({ length: JOBS * ASKINGS }, (_, at) => `${at % JOBS} ${Math.floor(at / JOBS)}`)
  expect([...keys.keys()].sort()).toEqual(askings.sort())
  for (const known of keys.values()) expect(known.size).toBe(1)
  expect(new Set([...keys.values()].flatMap(known => [...known])).size).toBe(JOBS * ASKINGS)
  const { stdout } = await cli(['status', 'pages', '--json'], folder)
  expect(JSON.parse(stdout)).toMatchObject({ jobs: { succeeded: JOBS }, rejections: [{ producer: 'Page' }] })
})
