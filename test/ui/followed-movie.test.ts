import { expect, test } from 'vitest'
import { inline } from '../../dist/index.js'
import { newStore, STORES, testEngine } from '../support/engine-fixture.js'

/** What the page counts is what the movie's status says, whatever happened to it and wherever it is kept. */

const blueprint = {
  name: 'counted',
  inputs: { names: 'json' },
  loops: { name: { over: '${inputs.names}' } },
  producers: {
    Word: {
      loop: 'name',
      provider: 'writer',
      with: { name: '${name}' },
      outputs: { Text: 'text' },
      retry: { attempts: 2, baseDelay: '1ms' },
    },
    All: {
      provider: 'template',
      with: { words: '${Word[*].Text?}' },
      config: { template: 'x' },
      outputs: { Text: 'text' },
    },
  },
} as const

test.each(STORES)('%s: runs, failures and edits are counted as the status counts them', async kind => {
  const writer = inline(({ inputs }) => {
    if (inputs.name === 'bad') throw new Error('no')
    return { outputs: { Text: `a ${inputs.name}` }, costUsd: 0.5 }
  })
  const engine = await testEngine({ store: await newStore(kind), providers: { writer } })
  await engine.run({ blueprint, inputs: { names: ['fox'] } })
  await engine.run({ blueprint, inputs: { names: ['fox', 'bad', 'owl'] } })
  await engine.movie('counted').edit('Word[2].Text', 'an eagle')
  const page = await engine.serve()
  const entry = await fetch(page.url, { redirect: 'manual' })
  const cookie = entry.headers.getSetCookie()[0]!.split(';')[0]!
  const get = async (path: string) => {
    const response = await fetch(new URL(`/api/movies/counted${path}`, page.url), { headers: { cookie } })
    return (await response.json()) as Record<string, never>
  }
  // A log that takes long to read is shown as far as it is read.
  while ((await get('')).isReading);
  const status = await engine.movie('counted').status()
  const now = await get('')
  expect(now).toMatchObject({ costUsd: status.costUsd, total: 4, run: { state: status.lastRun?.status } })
  expect(now.states).toMatchObject({
    succeeded: status.jobs.succeeded,
    failed: status.jobs.failed,
    skipped: status.jobs.skipped,
  })
  const { jobs } = (await get('/jobs?producer=Word&outputs=1')) as unknown as {
    jobs: readonly { id: string; state: string; outputs: readonly { text: string }[] }[]
  }
  expect(jobs.map(({ id, state, outputs }) => [id, state, outputs.map(({ text }) => text)])).toEqual([
    ['Word[0]', 'succeeded', ['a fox']],
    ['Word[1]', 'failed', []],
    ['Word[2]', 'succeeded', ['an eagle']],
  ])
  expect(await get('?at=1')).toMatchObject({ costUsd: 0.5, done: 1, total: 2, allChanges: now.allChanges })
  expect(await get('/runs')).toMatchObject([
    { made: 2, remade: 0, failed: 0, costUsd: 0.5 },
    { failed: 1, byHand: 1, costUsd: 0.5 },
  ])
})
