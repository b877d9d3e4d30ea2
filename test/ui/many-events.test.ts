import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inline } from '../../dist/index.js'
import type { MovieData } from '../../src/ui/page-data.js'
import type { JobsPage } from '../../src/ui/page-jobs.js'
import { CliProcess } from '../support/cli/cli.js'
import { testEngine } from '../support/engine-fixture.js'
import { rounds } from '../support/rounds.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Two events each: a million of them in the long mode. */
const JOBS = rounds(15_000, 500_000)
const MEMORY_LIMIT_BYTES = rounds(250, 600) * 1e6

test('the page of a log with very many events answers at any moment, in bounded memory', {
  timeout: rounds(60_000, 600_000),
}, async () => {
  const folder = await temporaryFolder()
  const store = `file:${folder}`
  const p = inline(({ inputs }) => ({ outputs: { Text: `text ${inputs.n}` }, costUsd: 0.25 }))
  const engine = await testEngine({ store, providers: { p }, concurrency: 1_000 })
  await engine.run({
    blueprint: {
      name: 'many',
      loops: { n: { count: JOBS } },
      producers: { Word: { loop: 'n', provider: 'p', with: { n: '${index.n}' }, outputs: { Text: 'text' } } },
    },
  })
  await engine.close()

  const server = new CliProcess(['ui', 'many', '--store', store, '--json'], folder)
  const [, address] = await server.prints(/"url":"([^"]+)"/)
  const url = new URL(address!)
  const entry = await fetch(url, { redirect: 'manual' })
  const cookie = entry.headers.getSetCookie()[0]!.split(';')[0]!
  const get = async <Data>(path = '') =>
    (await (await fetch(new URL(`/api/movies/many${path}`, url), { headers: { cookie } })).json()) as Data
  let now = await get<MovieData>()
  while (now.isReading) now = await get<MovieData>()
  expect(now).toMatchObject({ total: JOBS, done: JOBS, allChanges: JOBS, costUsd: JOBS / 4 })
  expect(now.events).toBeGreaterThan(2 * JOBS)
  for (const share of [0, 0.25, 0.5, 0.99]) {
    const at = Math.floor(JOBS * share)
    expect(await get<MovieData>(`?at=${at}`)).toMatchObject({ changes: at, done: at, costUsd: at / 4 })
    const found = await get<JobsPage>(
      `/jobs?at=${at}&state=succeeded&offset=${Math.max(0, at - 1)}&outputs=1`,
    )
    expect(found).toMatchObject({
      count: at,
      jobs: at === 0 ? [] : [{ outputs: [{ text: expect.stringMatching(/^text \d+$/) }] }],
    })
  }
  const last = await get<JobsPage>(`/jobs?text=word[${JOBS - 1}]&outputs=1`)
  expect(last).toMatchObject({ count: 1, jobs: [{ outputs: [{ text: `text ${JOBS - 1}` }] }] })
  expect(await get<JobsPage>(`/jobs?offset=${JOBS}&limit=1000000`)).toMatchObject({ count: JOBS, jobs: [] })
  expect((await get<JobsPage>('/jobs?limit=1000000')).jobs.length).toBeLessThanOrEqual(200)
  const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))!
  expect(Number(peak) * 1_024).toBeLessThan(MEMORY_LIMIT_BYTES)
})
