import { expect, test } from 'vitest'
import { inline } from '../../dist/index.js'
import type { MovieData } from '../../src/ui/page-data.js'
import type { JobDetail } from '../../src/ui/page-jobs.js'
import { newStore, testEngine } from '../support/engine-fixture.js'

/** What a job's own view says of who answered, of what was rejected, and of what people decided. */

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const blueprint = {
  name: 'judged',
  producers: {
    Picture: {
      provider: ['writer', 'spare'],
      outputs: { Image: 'image/png', Score: 'number' },
      check: { that: { value: '${outputs.Score}', atLeast: 0.5 } },
      review: { of: 'Image' },
    },
  },
} as const

test('a job shows who answered, the rejected picture, and each decision with its note', async () => {
  const scores = [0.1, 0.9, 0.8]
  const writer = inline(() => {
    throw Object.assign(new Error('The model is overloaded.'), { status: 529 })
  })
  const spare = inline(() => ({
    outputs: { Image: { bytes: PNG, mimeType: 'image/png' }, Score: scores.shift()! },
  }))
  const engine = await testEngine({ store: await newStore('memory'), providers: { writer, spare } })
  const movie = engine.movie('judged')
  const note = { artifact: 'Picture.Image', decision: 'reject', note: 'More rain.' } as const
  await engine.run({ blueprint })
  await movie.review(note, { by: 'ada' })
  await engine.run({ blueprint })
  await movie.review({ artifact: 'Picture.Image', decision: 'approve' }, { by: 'bob' })

  const page = await engine.serve()
  const entry = await fetch(page.url, { redirect: 'manual' })
  const cookie = entry.headers.getSetCookie()[0]!.split(';')[0]!
  const ask = (path: string) => fetch(new URL(`/api/movies/judged${path}`, page.url), { headers: { cookie } })
  const data = async (path = '') => (await (await ask(path)).json()) as MovieData
  // A log that takes long to read is shown as far as it is read.
  while ((await data()).isReading);

  const { history, why, ...detail } = (await (await ask('/jobs/0')).json()) as JobDetail & { why?: unknown }
  expect(detail).toMatchObject({ state: 'succeeded', outputs: [{ name: 'Image' }, { name: 'Score' }] })
  const told = history.map(({ state, judged, judgedBy, note, answeredBy, why }) => ({
    state,
    ...(judged && { judged, judgedBy, note }),
    ...(answeredBy && { answeredBy: answeredBy.provider }),
    ...(why && { why: why.type }),
  }))
  expect(told.filter(({ answeredBy }) => answeredBy !== 'writer')).toEqual([
    { state: 'approved', judged: 'Image', judgedBy: 'bob', note: undefined },
    { state: 'succeeded', answeredBy: 'spare', why: expect.anything() },
    { state: 'rejected', judged: 'Image', judgedBy: 'ada', note: 'More rain.' },
    { state: 'succeeded', answeredBy: 'spare', why: 'retry' },
    { state: 'retrying', answeredBy: 'spare', why: 'retry' },
  ])
  expect(history.flatMap(({ why: one }) => (one ? [one.type] : []))).toContain('rejected')

  const failed = history.find(({ rejected }) => rejected !== undefined)!
  expect(failed.rejected).toMatchObject([{ name: 'Image', mimeType: 'image/png' }, { name: 'Score' }])
  const picture = await ask(`/artifacts/${failed.seq}?output=Image`)
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(PNG)
  expect(picture.headers.get('content-security-policy')).toContain('sandbox')
  expect((await ask(`/artifacts/${failed.seq}`)).status).toBe(404)
  expect((await ask(`/artifacts/${failed.seq}?output=__proto__`)).status).toBe(404)

  // A decision is a moment, too.
  const { allChanges, reviews } = await data()
  expect(reviews).toEqual({ waiting: 0, approved: 1, rejected: 0 })
  expect((await data(`?at=${allChanges - 1}`)).reviews).toEqual({ waiting: 1, approved: 0, rejected: 0 })
  const rejectedAt = allChanges - history.findIndex(({ state }) => state === 'rejected')
  expect((await data(`?at=${rejectedAt}`)).reviews).toEqual({ waiting: 0, approved: 0, rejected: 1 })
  expect((await data('?at=0')).reviews).toBeUndefined()
})
