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
  const get = async (path: string) => {
    const response = await fetch(new URL(`/api/movies/judged${path}`, page.url), { headers: { cookie } })
    return (await response.json()) as { readonly isReading?: boolean }
  }
  // A log that takes long to read is shown as far as it is read.
  while ((await get('')).isReading);
  expect(await get('/jobs/0')).toMatchObject({
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
