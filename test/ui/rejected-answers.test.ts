import { expect, test } from 'vitest'
import { inline } from '../../dist/index.js'
import { newStore, testEngine } from '../support/engine-fixture.js'

test('the page has the answers of a job that did not pass its check', async () => {
  const answers = [
    { Text: '<b>bad</b>', Score: 0.1 },
    { Text: 'good', Score: 0.9 },
  ]
  const writer = inline(() => ({ outputs: answers.shift()! }))
  const engine = await testEngine({ store: await newStore('memory'), providers: { writer } })
  await engine.run({
    blueprint: {
      name: 'judged',
      producers: {
        Tagline: {
          provider: 'writer',
          outputs: { Text: 'text', Score: 'number' },
          check: { that: { value: '${outputs.Score}', atLeast: 0.5 } },
        },
      },
    },
  })
  const page = await engine.serve()
  const entry = await fetch(page.url, { redirect: 'manual' })
  const cookie = entry.headers.getSetCookie()[0]!.split(';')[0]!
  const response = await fetch(new URL('/api/movies/judged/jobs/0', page.url), { headers: { cookie } })
  expect(await response.json()).toMatchObject({
    outputs: [{ text: 'good' }, { text: '0.9' }],
    history: [
      { state: 'succeeded' },
      {
        state: 'retrying',
        code: 'rejected',
        rejected: [
          { name: 'Text', text: '<b>bad</b>' },
          { name: 'Score', text: '0.1' },
        ],
      },
    ],
  })
})
