import { expect, test } from 'vitest'
import { type ArtifactId, inline, type Movie, type RunId } from '../../../dist/index.js'
import { newStore, testEngine } from '../../support/engine-fixture.js'

/** What the page says a job was given is what its provider was given. */

const blueprint = {
  name: 'given',
  inputs: {
    rows: 'table',
    tone: { type: 'text', default: 'kind' },
    apiKey: { type: 'text', default: 'none' },
  },
  loops: {
    row: { over: '${inputs.rows}', key: '${row.id}' },
    scene: { over: '${Script[row].Scenes}', max: 5 },
  },
  producers: {
    Script: {
      loop: 'row',
      provider: 'p',
      with: { about: '${row.about}', tone: '${inputs.tone}' },
      outputs: { Scenes: 'json', Cover: 'image/png' },
    },
    Shot: {
      loop: ['row', 'scene'],
      provider: 'p',
      with: {
        prompt: 'Draw ${scene.prompt} (${index.scene})',
        cover: '${Script[row].Cover}',
        before: '${Shot[row][scene-1].Text?}',
        all: ['${scene}', 1],
      },
      outputs: { Text: 'text' },
    },
    Film: {
      loop: 'row',
      provider: 'p',
      with: { shots: '${Shot[row][*].Text}', key: '${inputs.apiKey}' },
      outputs: { Text: 'text' },
    },
    All: { provider: 'p', with: { films: '${Film[*].Text}' }, outputs: { Text: 'text' } },
  },
} as const

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const rows = [
  { id: 'fox', about: 'a fox' },
  { id: 'owl', about: 'an owl' },
]

async function runOnce(loopRows: unknown[] = rows) {
  const given = new Map<string, Record<string, unknown>>()
  const p = inline(({ inputs, jobId }) => {
    given.set(jobId, inputs)
    const outputs: Record<string, unknown> = {}
    const name = jobId.replace(/^Producer:|\[.*/g, '')
    if (name === 'Script') {
      outputs.Scenes = [1, 2].map(n => ({ prompt: `${inputs.about} ${n}` }))
      outputs.Cover = { bytes: PIXEL, mimeType: 'image/png' }
    } else outputs.Text = `made ${jobId}`
    return { outputs } as never
  })
  const engine = await testEngine({ store: await newStore('file'), providers: { p } })
  const { runId } = await engine.run({ blueprint, inputs: { rows: loopRows as never } })
  return { movie: engine.movie('given'), runId, given }
}

async function known(movie: Movie) {
  const found = new Map<string, object>()
  for await (const artifact of movie.artifacts()) found.set(artifact.artifactId, artifact)
  return async (id: ArtifactId) => found.get(id)
}

const inputsOf = async (movie: Movie, runId: RunId, job: string) =>
  (await (await movie.runInputs(runId))!.of(`Producer:${job}`, await known(movie)))!

test('inputs are filled in as they were for the provider, also inside lists that were made during the run', async () => {
  const { movie, runId, given } = await runOnce()
  expect(given.size).toBe(9)
  for (const [job, inputs] of given) {
    const { inputs: shown } = await inputsOf(movie, runId, job.slice('Producer:'.length))
    const told = Object.fromEntries(
      shown.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
    )
    // Bytes are told by their hash, and given as a file; what looks like a secret is not in the record.
    const { cover, key, ...values } = inputs
    expect(told).toMatchObject(values)
    expect(Object.keys(told).sort()).toEqual(Object.keys(inputs).sort())
    if (cover !== undefined)
      expect(told.cover).toMatchObject({ mimeType: 'image/png', sizeBytes: PIXEL.length })
    if (key !== undefined) expect(told.key).toBe('[secret]')
  }
  const { inputs } = await inputsOf(movie, runId, 'Shot[fox][1]')
  expect(inputs.map(({ name, reads }) => [name, reads])).toEqual([
    ['prompt', []],
    ['cover', ['Producer:Script[fox].Cover']],
    ['before', ['Producer:Shot[fox][0].Text']],
    ['all', []],
  ])
})

test('digests are those that the log has', async () => {
  const { movie, runId } = await runOnce()
  for await (const { event } of movie.events({ types: ['job.succeeded'] })) {
    if (event.type !== 'job.succeeded') continue
    const { inputs } = await inputsOf(movie, runId, event.jobId.slice('Producer:'.length))
    for (const { name, digest } of inputs)
      if (name !== 'key') expect(event.inputs?.split(' ')).toContain(`${name}:${digest}`)
  }
})

test('jobs know whom they read and who reads them', async () => {
  const { movie, runId } = await runOnce()
  const related = async (job: string) => {
    const { reads, readBy } = await inputsOf(movie, runId, job)
    return [reads.jobs, readBy.jobs].map(jobs => jobs.map(id => id.slice('Producer:'.length)))
  }
  expect(await related('Script[owl]')).toEqual([[], ['Shot[owl][0]', 'Shot[owl][1]']])
  expect(await related('Shot[owl][1]')).toEqual([['Script[owl]', 'Shot[owl][0]'], ['Film[owl]']])
  expect(await related('Film[fox]')).toEqual([['Shot[fox][0]', 'Shot[fox][1]'], ['All']])
  expect(await related('All')).toEqual([['Film[fox]', 'Film[owl]'], []])
})

test('a run of which nothing is recorded, and a job that it does not have, have no inputs', async () => {
  const { movie, runId } = await runOnce()
  expect(await movie.runInputs('none' as RunId)).toBeUndefined()
  expect(await (await movie.runInputs(runId))!.of('Producer:Nobody', async () => undefined)).toBeUndefined()
})
