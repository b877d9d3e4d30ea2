import { expect, test } from 'vitest'
import type { BlueprintDefinition, MovieEvent, ProviderLimits } from '../../../../dist/index.js'
import { runAll, testEngine } from '../../../support/engine-fixture.js'
import { fixtureModules } from '../../../support/jobs/job-fixture.js'
import { startRefusingServer } from '../../../support/servers/refusing-server.js'

interface Load {
  readonly url: string
  readonly jobs: number
  readonly concurrency: number
  readonly limits?: ProviderLimits
}

/** Makes all jobs by real calls in worker threads. @returns what was learned, in the order of the log */
async function learnedFrom({ url, jobs, concurrency, limits }: Load): Promise<MovieEvent[]> {
  const module = fixtureModules.fetching!
  const engine = await testEngine({
    store: 'memory:',
    threads: 2,
    concurrency,
    providers: { service: { module, config: { url }, ...(limits && { limits }) } },
  })
  const blueprint: BlueprintDefinition = {
    name: 'wide',
    loops: { n: { count: jobs } },
    producers: { Clip: { loop: 'n', provider: 'service', outputs: { Text: 'text' } } },
  }
  expect(await runAll(engine, { blueprint })).toMatchObject({ counts: { succeeded: jobs } })
  const learned: MovieEvent[] = []
  for await (const { event } of engine.movie('wide').events())
    if (event.type === 'limit.adjusted') learned.push(event)
  return learned
}

test.each<[string, ProviderLimits | undefined]>([
  ['without limits', undefined],
  ['with a configured concurrency', { concurrency: 20 }],
])('one refusal in sixty costs its own call, and no limit is learned from it (%s)', async (_, limits) => {
  const server = await startRefusingServer(20, (call, done) => {
    if (call % 60 === 0) return false
    setTimeout(done, 2)
    return true
  })
  const learned = await learnedFrom({
    url: server.url,
    jobs: 300,
    concurrency: 20,
    ...(limits && { limits }),
  })
  expect(learned).toEqual([])
  expect(server.calls).toBe(300 + server.refused)
})

test('a service that takes ten calls at once gets every job done, and no call that it did not refuse is made twice', async () => {
  let running = 0
  const server = await startRefusingServer(20, (_, done) => {
    if (running >= 10) return false
    running++
    setTimeout(() => {
      running--
      done()
    }, 2)
    return true
  })
  await learnedFrom({ url: server.url, jobs: 200, concurrency: 40 })
  expect(server.calls).toBe(200 + server.refused)
})
