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

test('a condition may read all jobs over a list that was made during the run, and over a reviewed one', async () => {
  const calls = new Calls()
  const p = calls.provider(({ producer, jobId }) => {
    if (producer === 'Script') return { outputs: { Shots: ['a', 'b', 'c'] } }
    return { outputs: producer === 'Vote' ? { Ok: jobId.includes('1') ? 'no' : 'yes' } : { Text: jobId } }
  })
  const engine = await testEngine({ store: await newStore('memory'), providers: { p } })
  const text = { outputs: { Text: 'text' } } as const
  const blueprint: BlueprintDefinition = {
    name: 'votes',
    loops: { shot: { over: '${Script.Shots}', max: 5 } },
    producers: {
      Script: { provider: 'p', outputs: { Shots: 'json' } },
      Shot: { provider: 'p', loop: 'shot', with: { shot: '${shot}' }, review: true, ...text },
      Trailer: {
        provider: 'p',
        with: { script: '${Script.Shots}' },
        // What the list of all votes says, once each of them is there.
        review: { of: 'Text', when: { value: '${Vote[*].Ok}', contains: 'no' } },
        ...text,
      },
      Vote: {
        provider: 'p',
        loop: 'shot',
        with: { shot: '${Shot[shot].Text}', trailer: '${Trailer.Text}' },
        outputs: { Ok: 'text' },
      },
      Film: { provider: 'p', with: { trailer: '${Trailer.Text}', votes: '${Vote[*].Ok}' }, ...text },
    },
  }
  const movie = engine.movie('votes')
  const run = async () => [(await engine.run({ blueprint })).status, calls.take().sort()]
  const waiting = async () => {
    const ids: string[] = []
    for await (const { artifactId } of movie.reviews()) ids.push(artifactId.replace('Producer:', ''))
    return ids
  }
  expect(await run()).toEqual(['waiting', ['Script', 'Shot[0]', 'Shot[1]', 'Shot[2]', 'Trailer']])
  expect(await waiting()).toEqual(['Shot[0].Text', 'Shot[1].Text', 'Shot[2].Text'])
  await movie.review([0, 1].map(n => ({ artifact: `Shot[${n}].Text`, decision: 'approve' as const })))
  // One vote is missing: what all of them say is not known.
  expect(await run()).toEqual(['waiting', ['Vote[0]', 'Vote[1]']])
  expect(await waiting()).toEqual(['Shot[2].Text'])
  await movie.review({ artifact: 'Shot[2].Text', decision: 'approve' })
  expect(await run()).toEqual(['waiting', ['Vote[2]']])
  expect(await waiting()).toEqual(['Trailer.Text'])
  await movie.review({ artifact: 'Trailer.Text', decision: 'approve' })
  expect(await run()).toEqual(['succeeded', ['Film']])
  expect(await movie.verify()).toMatchObject({ isClean: true })
})

test('decisions go where rows go, also of loops inside of loops that are made during the run', async () => {
  const calls = new Calls()
  const p = calls.provider(({ producer, inputs }) => {
    if (producer === 'Script') return { outputs: { Shots: [`${inputs.book} one`, `${inputs.book} two`] } }
    return { outputs: { Text: `${producer} of ${inputs.shot}` } }
  })
  const engine = await testEngine({ store: await newStore('memory'), providers: { p } })
  const blueprint: BlueprintDefinition = {
    name: 'moved',
    inputs: { books: 'json' },
    loops: { book: { over: '${inputs.books}' }, shot: { over: '${Script[book].Shots}', max: 5 } },
    producers: {
      Script: { provider: 'p', loop: 'book', with: { book: '${book}' }, outputs: { Shots: 'json' } },
      Shot: {
        provider: 'p',
        loop: ['book', 'shot'],
        with: { shot: '${shot}' },
        review: true,
        outputs: { Text: 'text' },
      },
      Clip: {
        provider: 'p',
        loop: ['book', 'shot'],
        with: { shot: '${Shot[book][shot].Text}' },
        outputs: { Text: 'text' },
      },
    },
  }
  const run = async (...books: string[]) => {
    const { status } = await engine.run({ blueprint, inputs: { books } })
    return [status, calls.take().sort()]
  }
  const movie = engine.movie('moved')
  await run('fox', 'owl')
  await movie.review([
    { artifact: 'Shot[0][0].Text', decision: 'approve' },
    { artifact: 'Shot[1][1].Text', decision: 'reject', note: 'Darker.' },
  ])
  // A row on top: what was decided about the others still counts, and only the new row is made.
  const first = await run('elk', 'fox', 'owl')
  expect(first[1]).toEqual(['Clip[1][0]', 'Script[0]', 'Shot[0][0]', 'Shot[0][1]', 'Shot[2][1]'])
  const states: Record<string, string> = {}
  for await (const { artifactId, review } of movie.reviews({ states: ['waiting', 'approved', 'rejected'] }))
    states[artifactId.replace('Producer:', '')] = review.state
  expect(states).toMatchObject({ 'Shot[1][0].Text': 'approved', 'Shot[0][0].Text': 'waiting' })
  expect(Object.values(states).filter(state => state === 'approved')).toHaveLength(1)
  expect(await movie.verify()).toMatchObject({ isClean: true })
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
