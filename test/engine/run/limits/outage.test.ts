import { expect, test } from 'vitest'
import type { BlueprintDefinition, Engine, RunProgress } from '../../../../dist/index.js'
import { newStore, runAll, testEngine } from '../../../support/engine-fixture.js'
import { fixtureModules } from '../../../support/jobs/job-fixture.js'
import { FailingService, type ServiceCall, type Treatment } from '../../../support/servers/failing-service.js'

const JOBS = 200

const rows = (name = 'rows', count = JOBS): BlueprintDefinition => ({
  name,
  loops: { n: { count } },
  producers: {
    Clip: {
      loop: 'n',
      provider: 'service',
      with: { n: '${index.n}' },
      outputs: { Text: 'text' },
      retry: { baseDelay: '1ms', maxDelay: '5ms' },
    },
  },
})

async function engineFor(url: string, key = 'good', store?: string): Promise<Engine> {
  const module = fixtureModules['plain-client']!
  return await testEngine({
    store: store ?? (await newStore('memory')),
    concurrency: 8,
    providers: { service: { module, config: { url, key } } },
  })
}

const start = (treat: (call: ServiceCall) => Treatment) => FailingService.start(treat)

test('a port that is closed in the middle of a run and opened again costs no row, and nothing is made twice', async () => {
  const service = await start(() => undefined)
  const engine = await engineFor(service.url)
  const run = engine.run({ blueprint: rows() })
  const down = new Promise<void>(resolve => {
    run.on('progress', ({ outages }: RunProgress) => void (outages?.length && resolve()))
  })
  await service.until(() => service.made.length >= 20)
  await service.shut()
  await down
  await service.open()
  const { status, counts } = await run
  expect({ status, counts }).toMatchObject({ status: 'succeeded', counts: { succeeded: JOBS } })
  // Those that were cut off with the port may have been made before.
  expect(service.made.length).toBeLessThanOrEqual(JOBS + 8)
})

test('a service that answers 529 for a while costs no row', async () => {
  const service = await start(({ nth }) => (nth > 20 && nth <= 45 ? { status: 529 } : undefined))
  const engine = await engineFor(service.url)
  await runAll(engine, { blueprint: rows() })
  expect(service.made.length).toBe(JOBS)
})

test('several runs of one engine wait for the same service together, and go on together', async () => {
  const service = await start(({ nth }) => (nth > 30 && nth <= 55 ? { status: 503 } : undefined))
  const engine = await engineFor(service.url)
  const runs = ['one', 'two', 'three'].map(name => engine.run({ blueprint: rows(name, 60) }))
  const results = await Promise.all(runs)
  expect(results.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded'])
  expect(service.made.length).toBe(180)
})

test.each<[string, (call: ServiceCall) => Treatment]>([
  ['a wrong key', ({ key }) => (key === 'good' ? undefined : { status: 401, body: 'Incorrect API key' })],
  [
    'no credit',
    ({ key }) => (key === 'good' ? undefined : { status: 429, body: '{"code":"insufficient_quota"}' }),
  ],
  [
    'an unknown model',
    ({ key }) => (key === 'good' ? undefined : { status: 404, body: '{"code":"model_not_found"}' }),
  ],
])('%s stops the run after a handful of calls; the next run makes every row', async (_, treat) => {
  const service = await start(treat)
  const store = await newStore('memory')
  const wrong = await engineFor(service.url, 'wrong', store)
  const result = await wrong.run({ blueprint: rows() })
  expect(result).toMatchObject({ status: 'stopped', stopReason: 'refused', counts: { failed: 0 } })
  expect(service.calls).toBeLessThanOrEqual(16)
  await wrong.close()
  await runAll(await engineFor(service.url, 'good', store), { blueprint: rows() })
  expect(service.made.length).toBe(JOBS)
})

test('a row that the service always breaks on fails alone, by its own attempts', async () => {
  const seen: string[] = []
  const service = await start(({ body }) => {
    if (body !== '40') return undefined
    seen.push(body)
    return { status: 500 }
  })
  const engine = await engineFor(service.url)
  const result = await engine.run({ blueprint: rows() })
  expect(result).toMatchObject({ status: 'failed', counts: { failed: 1, succeeded: JOBS - 1 } })
  expect(seen.length).toBe(3)
})

test('an outage that outlasts the wait stops the run, and the next one makes the rest, nothing twice', async () => {
  let isBack = false
  const service = await start(({ nth }) => (nth > 50 && !isBack ? { status: 503 } : undefined))
  const engine = await engineFor(service.url)
  const result = await engine.run({ blueprint: rows(), outageWaitMs: 1 })
  expect(result).toMatchObject({ status: 'stopped', stopReason: 'outage', counts: { failed: 0 } })
  expect(service.made.length).toBe(50)
  isBack = true
  await runAll(engine, { blueprint: rows() })
  expect(service.made.toSorted()).toEqual(Array.from({ length: JOBS }, (_, n) => String(n)).toSorted())
})
