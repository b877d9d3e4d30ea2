import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, type Engine, type MovieReview, openEngine } from '../../../dist/index.js'
import { Calls, newStore, runAll, STORES, testEngine } from '../../support/engine-fixture.js'

const shots: BlueprintDefinition = {
  name: 'shots',
  inputs: { scenes: 'table' },
  loops: { scene: { over: '${inputs.scenes}', key: '${scene.id}' } },
  producers: {
    Shot: {
      loop: 'scene',
      provider: 'p',
      with: { text: '${scene.text}' },
      outputs: { Text: 'text', Image: 'image/png' },
    },
  },
}
const scenes = ['fox', 'owl', 'elk'].map(id => ({ id, text: `A ${id}.` }))

async function open(kind: (typeof STORES)[number]) {
  const calls = new Calls()
  const p = calls.provider(async ({ inputs }, context) => ({
    outputs: {
      Text: `About ${inputs.text}`,
      Image: await context.blob(Buffer.from(`picture of ${inputs.text}`), 'image/png'),
    },
  }))
  const engine = await testEngine({ store: await newStore(kind), providers: { p } })
  await runAll(engine, { blueprint: shots, inputs: { scenes } })
  return { engine, movie: engine.movie('shots') }
}

async function reviewsOf(engine: Engine, states?: MovieReview['review']['state'][]) {
  const reviews: MovieReview[] = []
  for await (const review of engine.movie('shots').reviews({ states })) reviews.push(review)
  return reviews
}

const all = ['waiting', 'approved', 'rejected'] as const

describe.each(STORES)('decisions of people (%s)', kind => {
  test('are recorded with who, when and on which version, and are read in the order of the plan', async () => {
    const { engine, movie } = await open(kind)
    const outcome = await movie.review(
      [
        { artifact: 'Shot[elk].Image', decision: 'approve' },
        { artifact: { producer: 'Shot', key: 'fox', output: 'Text' }, decision: 'reject', note: 'Shorter.' },
      ],
      { by: 'ada' },
    )
    expect(outcome).toEqual({ recorded: 2, unchanged: 0, conflicts: [], waiting: 0, rejected: 1 })
    const [fox, elk, ...others] = await reviewsOf(engine, [...all])
    expect(others).toEqual([])
    expect(fox).toMatchObject({
      producer: 'Shot',
      key: 'fox',
      output: 'Text',
      value: 'About A fox.',
      review: { state: 'rejected', note: 'Shorter.', by: 'ada' },
      caption: { scene: { id: 'fox', text: 'A fox.' } },
    })
    expect(await elk?.blob?.text()).toBe('picture of A elk.')
    expect(await reviewsOf(engine)).toEqual([])
    const recorded = []
    for await (const { event } of movie.events({ types: ['artifact.reviewed'] })) recorded.push(event)
    expect(recorded).toMatchObject([{ hash: elk?.hash, verdict: 'approved' }, { hash: fox?.hash }])
    expect(await movie.verify()).toMatchObject({ isClean: true })
  })

  test('that disagree are told, and the others count; the same again changes nothing', async () => {
    const { movie } = await open(kind)
    const decisions = [
      { artifact: 'Shot[fox].Image', decision: 'approve' },
      { artifact: 'Shot[owl].Image', decision: 'approve' },
      { artifact: 'Shot[owl].Image', decision: 'reject' },
      { artifact: 'Shot[ox].Image', decision: 'approve' },
      { artifact: 'Shot[elk].Image', hash: 'f'.repeat(64), decision: 'approve' },
    ] as const
    const { conflicts, ...counts } = await movie.review(decisions)
    expect(counts).toMatchObject({ recorded: 1, unchanged: 0 })
    expect(conflicts.map(({ index, reason, otherIndex }) => [index, reason, otherIndex])).toEqual([
      [1, 'disagree', 2],
      [2, 'disagree', 1],
      [3, 'unknown', undefined],
      [4, 'changed', undefined],
    ])
    expect(await movie.review(decisions)).toMatchObject({ recorded: 0, unchanged: 1 })
  })

  test('with an own version pin it, approved', async () => {
    const { engine, movie } = await open(kind)
    await movie.review({ artifact: 'Shot[fox].Text', decision: 'edit', content: 'Mine.' })
    expect(await reviewsOf(engine, ['approved'])).toMatchObject([{ value: 'Mine.', override: 'edited' }])
    const wrong = movie.review({ artifact: 'Shot[fox].Text', decision: 'edit', content: 7 })
    await expect(wrong).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  })
})

test('decisions outlive the engine, and a misspelt one is refused whole', async () => {
  const { engine, movie } = await open('file')
  const [, path] = engine.store.split(/^file:(?:\/\/)?/)
  const decision = { artifact: 'Shot[fox].Text', decision: 'aprove' } as never
  await expect(movie.review(decision)).rejects.toMatchObject({ code: 'USAGE_INVALID' })
  await movie.review({ artifact: 'Shot[fox].Text', decision: 'approve' })
  await engine.close()
  await using other = await openEngine({ store: `file:${path}` })
  expect(await reviewsOf(other, ['approved'])).toHaveLength(1)
})
