import { expect, test } from 'vitest'
import { inline } from '../../dist/index.js'
import { newStore, testEngine } from '../support/engine-fixture.js'

/** Where rows move in their list, the page shows what is kept for them, and their history, under the names of now. */

const blueprint = {
  name: 'moving',
  inputs: { rows: 'table' },
  loops: { row: { over: '${inputs.rows}' } },
  producers: {
    Word: {
      loop: 'row',
      provider: 'writer',
      with: { name: '${row.name}' },
      outputs: { Text: 'text' },
      review: true,
    },
  },
} as const

const rows = (names: string) => ({
  blueprint,
  inputs: { rows: names.split(' ').map(name => ({ name })) },
})

interface Job {
  readonly job: number
  readonly id: string
  readonly override?: string
  readonly isAsked?: true
  readonly outputs: readonly { readonly text: string }[]
  readonly history: readonly { readonly state: string }[]
}

test('pins, requests, decisions and attempts of rows that have moved', async () => {
  const writer = inline(({ inputs }) => ({ outputs: { Text: `a ${inputs.name}` }, costUsd: 0.5 }))
  const engine = await testEngine({ store: await newStore('file'), providers: { writer } })
  await engine.run(rows('a b c'))
  const movie = engine.movie('moving')
  await movie.edit('Word[1].Text', 'first of all')
  await movie.edit('Word[1].Text', 'my b')
  await movie.review([{ artifact: 'Word[2].Text', decision: 'approve' }])
  const page = await engine.serve()
  const entry = await fetch(page.url, { redirect: 'manual' })
  const cookie = entry.headers.getSetCookie()[0]!.split(';')[0]!
  const get = async <Data>(path: string): Promise<Data> => {
    const response = await fetch(new URL(`/api/movies/moving${path}`, page.url), { headers: { cookie } })
    return (await response.json()) as Data
  }
  while ((await get<{ isReading?: true }>('')).isReading);
  const jobs = async (query = '') => (await get<{ jobs: Job[] }>(`/jobs?outputs=1${query}`)).jobs
  const shown = (list: readonly Job[]) =>
    list.map(({ id, override, outputs }) => [id, override, outputs.map(({ text }) => text).join()])
  const before = [
    ['Word[0]', undefined, 'a a'],
    ['Word[1]', 'edited', 'my b'],
    ['Word[2]', undefined, 'a c'],
  ]
  expect(shown(await jobs())).toEqual(before)
  const { changes } = await get<{ changes: number }>('')

  const result = await engine.run(rows('x a b c'))
  expect(result.status).toBe('waiting')
  const now = await jobs()
  expect(shown(now)).toEqual([
    ['Word[0]', undefined, 'a x'],
    ['Word[1]', undefined, 'a a'],
    ['Word[2]', 'edited', 'my b'],
    ['Word[3]', undefined, 'a c'],
  ])
  const edited = await get<Job>(`/jobs/${now[2]!.job}`)
  expect(edited.history.map(({ state }) => state)).toEqual(['edited', 'edited', 'succeeded'])
  expect(edited.outputs).toMatchObject([{ text: 'my b', override: 'edited' }])
  expect(await get(`/jobs/${now[3]!.job}`)).toMatchObject({
    history: [{ state: 'approved' }, { state: 'succeeded' }],
  })

  const reviews = { waiting: 0, approved: 0, rejected: 0 }
  for await (const { review } of movie.reviews({ states: ['waiting', 'approved', 'rejected'] }))
    if (review.state in reviews) reviews[review.state as keyof typeof reviews]++
  expect((await get<{ reviews: object }>('')).reviews).toEqual(reviews)
  const approved = await get<{ items: object[] }>('/reviews?state=approved')
  expect(approved.items).toMatchObject([{ artifact: 'Word[3].Text', output: { text: 'a c' } }])
  // Before the second edit; the decision came after it.
  expect(shown(await jobs(`&at=${changes - 2}`))).toEqual(
    before.map(row => (row[1] === 'edited' ? ['Word[1]', 'edited', 'first of all'] : row)),
  )
})
