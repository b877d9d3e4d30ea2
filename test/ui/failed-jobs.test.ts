import { expect, test } from 'vitest'
import { inline, ProviderError } from '../../dist/index.js'
import { newStore, testEngine } from '../support/engine-fixture.js'

test('each failed job of the list has its own message, though failures that differ in numbers are one group', async () => {
  const writer = inline(({ inputs }) => {
    throw new ProviderError('content', `Prompt ${String(inputs.n)} was refused`)
  })
  const engine = await testEngine({ store: await newStore('file'), providers: { writer } })
  await engine.run({
    blueprint: {
      name: 'refused',
      inputs: { ns: 'json' },
      loops: { n: { over: '${inputs.ns}' } },
      producers: { Word: { loop: 'n', provider: 'writer', with: { n: '${n}' }, outputs: { Text: 'text' } } },
    },
    inputs: { ns: [10, 11, 12] },
  })
  const page = await engine.serve()
  const entry = await fetch(page.url, { redirect: 'manual' })
  const cookie = entry.headers.getSetCookie()[0]!.split(';')[0]!
  const get = async (path: string) => {
    const response = await fetch(new URL(`/api/movies/refused${path}`, page.url), { headers: { cookie } })
    return (await response.json()) as { readonly isReading?: boolean }
  }
  while ((await get('')).isReading);
  expect(await get('')).toMatchObject({ failures: [{ count: 3 }] })
  expect(await get('/jobs?outputs')).toMatchObject({
    jobs: [10, 11, 12].map(n => ({ reason: { code: 'content', message: `Prompt ${n} was refused` } })),
  })
})
