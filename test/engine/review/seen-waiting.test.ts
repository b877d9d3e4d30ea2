import { expect, test } from 'vitest'
import type { BlueprintDefinition, MovieRow, RunProgress } from '../../../dist/index.js'
import { Calls, newStore, testEngine } from '../../support/engine-fixture.js'

const scenes = ['fox', 'owl', 'elk'].map(id => ({ id }))
const shots: BlueprintDefinition = {
  name: 'shots',
  inputs: { scenes: 'table' },
  loops: { scene: { over: '${inputs.scenes}', key: '${scene.id}' } },
  producers: {
    Shot: {
      loop: 'scene',
      provider: 'p',
      with: { id: '${scene.id}' },
      review: true,
      outputs: { Text: 'text' },
    },
    Clip: { loop: 'scene', provider: 'p', with: { shot: '${Shot[scene].Text}' }, outputs: { Text: 'text' } },
    Film: { provider: 'p', with: { clips: '${Clip[*].Text}' }, outputs: { Text: 'text' } },
  },
}
const request = { blueprint: shots, inputs: { scenes } }

async function open() {
  const p = new Calls().provider(({ jobId }, { feedback }) => ({
    outputs: { Text: `${jobId} take ${feedback.length}` },
  }))
  const engine = await testEngine({ store: await newStore('memory'), providers: { p } })
  return { engine, movie: engine.movie('shots') }
}

test('a plan counts apart what waits for people, before and after the first run', async () => {
  const { engine, movie } = await open()
  const before = await engine.plan(request)
  expect(before).toMatchObject({ counts: { jobs: 7, run: 3, waiting: 4 }, estimate: { calls: 3 } })
  expect(before.review).toBeUndefined()
  expect(before.explain('Producer:Clip[fox]')).toMatchObject({ waitsFor: 'Producer:Shot[fox]' })
  await engine.run(request)
  await movie.review([
    { artifact: 'Shot[fox].Text', decision: 'approve' },
    { artifact: 'Shot[owl].Text', decision: 'reject', note: 'Two eyes.' },
  ])
  const after = await engine.plan(request)
  // Shot[owl] once more, and Clip[fox]; the other clips wait, and so does the film.
  expect(after.counts).toMatchObject({ jobs: 7, run: 2, waiting: 3, cached: 2 })
  expect(after.rows).toMatchObject([
    { producer: 'Shot', run: 1, waiting: 0 },
    { producer: 'Clip', run: 1, waiting: 2 },
    { producer: 'Film', run: 0, waiting: 1 },
  ])
  expect(after.review).toMatchObject({ waiting: 1, rejected: 1 })
  expect(after.explain('Producer:Film')).toMatchObject({ waitsFor: expect.stringMatching(/^Producer:Shot/) })
  expect(after.explain('Producer:Clip[fox]')!.waitsFor).toBeUndefined()
  // A run does as the plan has said.
  expect((await engine.run(request)).counts).toMatchObject({ succeeded: 2, cached: 2, open: 3 })
})

test('a rehearsal says how many jobs it leaves out for people', async () => {
  const { engine } = await open()
  const rehearsal = await engine.rehearse({ ...request, latencyMs: { p: 1_000 } })
  expect(rehearsal).toMatchObject({ counts: { succeeded: 3 }, waiting: 4 })
})

test('status names what waits; rows and progress say so; what needs no review says nothing', async () => {
  const { engine, movie } = await open()
  const run = engine.run(request)
  let last: RunProgress | undefined
  run.on('progress', progress => {
    last = progress
  })
  await run
  expect(last).toMatchObject({ waitingReviews: 3 })
  await movie.review({ artifact: 'Shot[owl].Text', decision: 'reject' })
  expect((await movie.status()).review).toEqual({
    waiting: 2,
    rejected: 1,
    outputs: [{ producer: 'Shot', output: 'Text', type: 'text', waiting: 2, rejected: 1 }],
    first: ['Producer:Shot[fox].Text', 'Producer:Shot[elk].Text'],
  })
  const rows: MovieRow[] = []
  for await (const row of movie.rows('scene')) rows.push(row)
  expect(rows.map(({ jobs }) => jobs.map(({ review }) => review))).toEqual([
    ['waiting', undefined],
    ['rejected', undefined],
    ['waiting', undefined],
  ])
  await movie.review(
    scenes.map(({ id }) => ({ artifact: `Shot[${id}].Text`, decision: 'approve' as const })),
    {
      replace: true,
    },
  )
  expect((await movie.status()).review).toBeUndefined()
})
