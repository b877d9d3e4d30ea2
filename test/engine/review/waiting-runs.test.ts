import { describe, expect, test } from 'vitest'
import type { BlueprintDefinition, MovieReview } from '../../../dist/index.js'
import { Calls, newStore, STORES, testEngine } from '../../support/engine-fixture.js'

const scenes = ['fox', 'owl', 'elk'].map(id => ({ id, text: `A ${id}.` }))

const shots = (
  review: NonNullable<BlueprintDefinition['producers'][string]['review']>,
): BlueprintDefinition => ({
  name: 'shots',
  inputs: { scenes: 'table' },
  loops: { scene: { over: '${inputs.scenes}', key: '${scene.id}' } },
  producers: {
    Shot: {
      loop: 'scene',
      provider: 'p',
      with: { text: '${scene.text}' },
      review,
      outputs: { Image: 'image/png' },
    },
    Check: {
      loop: 'scene',
      provider: 'p',
      with: { image: '${Shot[scene].Image}' },
      outputs: { Score: 'number' },
    },
    Clip: {
      loop: 'scene',
      provider: 'p',
      with: { image: '${Shot[scene].Image}' },
      outputs: { Text: 'text' },
    },
    Film: { provider: 'p', with: { clips: '${Clip[*].Text}' }, outputs: { Text: 'text' } },
    Title: { loop: 'scene', provider: 'p', with: { text: '${scene.text}' }, outputs: { Text: 'text' } },
  },
})

async function open(kind: (typeof STORES)[number] = 'memory') {
  const calls = new Calls()
  const notes: string[] = []
  const keys: string[] = []
  const p = calls.provider(async ({ producer, inputs, jobId }, context) => {
    if (producer === 'Check') return { outputs: { Score: jobId.includes('owl') ? 0.9 : 0.5 } }
    if (producer !== 'Shot') return { outputs: { Text: `${jobId} ${JSON.stringify(inputs)}` } }
    keys.push(context.idempotencyKey)
    for (const { from, reason, outputs } of context.feedback)
      notes.push(`${from} ${jobId} ${reason} ${typeof outputs?.Image}`)
    const take = context.feedback.length
    return { outputs: { Image: await context.blob(Buffer.from(`${inputs.text} take ${take}`), 'image/png') } }
  })
  const engine = await testEngine({ store: await newStore(kind), providers: { p } })
  const run = async (blueprint: BlueprintDefinition, options = {}) => {
    const result = await engine.run({ blueprint, inputs: { scenes }, ...options })
    return { result, calls: calls.take().sort() }
  }
  const waiting = async () => {
    const reviews: MovieReview[] = []
    for await (const review of engine.movie('shots').reviews()) reviews.push(review)
    return reviews
  }
  return { engine, movie: engine.movie('shots'), run, waiting, notes, keys }
}

const each = (producer: string, ...ids: string[]) => ids.map(id => `${producer}[${id}]`)

describe.each(STORES)('a run whose results people judge (%s)', kind => {
  test('makes everything else, ends waiting, and goes on with what is approved', async () => {
    const { movie, run, waiting } = await open(kind)
    const blueprint = shots(true)
    const first = await run(blueprint)
    expect(first.result.status).toBe('waiting')
    expect(first.calls).toEqual([...each('Shot', 'elk', 'fox', 'owl'), ...each('Title', 'elk', 'fox', 'owl')])
    const reviews = await waiting()
    expect(reviews.map(({ artifactId }) => artifactId)).toEqual(
      ['fox', 'owl', 'elk'].map(id => `Producer:Shot[${id}].Image`),
    )
    // Nobody has judged: nothing is to do, and nothing is recorded twice.
    const again = await run(blueprint)
    expect([again.result.status, again.calls]).toEqual(['waiting', []])
    await movie.review([
      { artifact: 'Shot[fox].Image', hash: reviews[0]?.hash, decision: 'approve' },
      { artifact: 'Shot[owl].Image', hash: reviews[1]?.hash, decision: 'reject', note: 'Two eyes.' },
    ])
    const second = await run(blueprint)
    expect(second.calls).toEqual(['Check[fox]', 'Clip[fox]', 'Shot[owl]'])
    expect(second.result.status).toBe('waiting')
    expect((await waiting()).map(({ key }) => key)).toEqual(['owl', 'elk'])
    await movie.review(
      (await waiting()).map(({ artifactId, hash }) => ({ artifact: artifactId, hash, decision: 'approve' })),
    )
    const third = await run(blueprint)
    expect(third.calls).toEqual([...each('Check', 'elk', 'owl'), ...each('Clip', 'elk', 'owl'), 'Film'])
    expect(third.result.status).toBe('succeeded')
    expect(await movie.verify()).toMatchObject({ isClean: true })
  })
})

test('the note of a rejection is an input of the next attempt, which is other work for the provider', async () => {
  const { movie, run, notes, keys } = await open()
  const blueprint = shots(true)
  await run(blueprint)
  await movie.review({ artifact: 'Shot[fox].Image', decision: 'reject', note: 'Blue fur.' })
  await run(blueprint)
  expect(notes).toEqual(['review Producer:Shot[fox] Blue fur. object'])
  await movie.review({ artifact: 'Shot[fox].Image', decision: 'reject', note: 'Darker.' })
  expect((await run(blueprint)).calls).toEqual(['Shot[fox]'])
  expect(notes.slice(1)).toEqual([
    'review Producer:Shot[fox] Blue fur. object',
    'review Producer:Shot[fox] Darker. object',
  ])
  expect(new Set(keys).size).toBe(keys.length)
})

test('a condition may read what is made from the result, which does not wait', async () => {
  const { movie, run, waiting } = await open()
  const blueprint = shots({ of: 'Image', when: { value: '${Check[scene].Score}', lessThan: 0.8 } })
  const first = await run(blueprint)
  expect(first.calls).toEqual([
    ...each('Check', 'elk', 'fox', 'owl'),
    'Clip[owl]',
    ...each('Shot', 'elk', 'fox', 'owl'),
    ...each('Title', 'elk', 'fox', 'owl'),
  ])
  expect((await waiting()).map(({ key }) => key)).toEqual(['fox', 'elk'])
  await movie.review({ artifact: 'Shot[fox].Image', decision: 'reject' })
  // The check looks at the new version, and nobody else goes on.
  expect((await run(blueprint)).calls).toEqual(['Check[fox]', 'Shot[fox]'])
  await movie.review(
    (await waiting()).map(({ artifactId }) => ({ artifact: artifactId, decision: 'approve' })),
  )
  expect((await run(blueprint)).calls).toEqual([...each('Clip', 'elk', 'fox'), 'Film'])
})

test('a blueprint that asks for no review any more asks nobody', async () => {
  const { run, waiting } = await open()
  await run(shots(true))
  expect((await run(shots(false))).result.status).toBe('succeeded')
  expect(await waiting()).toEqual([])
})
