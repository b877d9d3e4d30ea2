import { expect, test } from 'vitest'
import { inline } from '../../dist/index.js'
import { newStore, runAll, testEngine } from '../support/engine-fixture.js'

test('the page is told how many elements were accepted of those that were tried', async () => {
  const blueprint = {
    name: 'tried',
    loops: { poem: { until: { accepted: 3, of: 'Judge.Good', attempts: 30 } } },
    producers: {
      Judge: { loop: 'poem', provider: 'p', with: { n: '${index.poem}' }, outputs: { Good: 'boolean' } },
    },
  } as const
  const p = inline(({ inputs }) => ({ outputs: { Good: Number(inputs.n) % 4 === 0 } }))
  const engine = await testEngine({ store: await newStore('file'), providers: { p } })
  await runAll(engine, { blueprint })
  const page = await engine.serve()
  const entry = await fetch(page.url, { redirect: 'manual' })
  const cookie = entry.headers.getSetCookie()[0]!.split(';')[0]!
  const movie = await fetch(new URL('/api/movies/tried', page.url), { headers: { cookie } })
  expect(await movie.json()).toMatchObject({
    trials: [{ loop: 'poem', tried: 9, accepted: 3, lists: 1, done: 1 }],
  })
})
