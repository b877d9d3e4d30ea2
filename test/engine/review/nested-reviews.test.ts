import { expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../../dist/index.js'
import { Calls, newStore, STORES, testEngine } from '../../support/engine-fixture.js'

/** What people decide about elements inside of elements. */

async function statesIn(engine: Engine, movie: string): Promise<Record<string, string>> {
  const states: Record<string, string> = {}
  for await (const { artifactId, review } of engine.movie(movie).reviews({
    states: ['waiting', 'approved', 'rejected'],
  }))
    states[artifactId.replace(/^Producer:|\.Text$/g, '')] = review.state
  return states
}

test.each(STORES)('%s: decisions follow keyed rows inside of keyed rows', async kind => {
  const calls = new Calls()
  const notes: unknown[] = []
  const p = calls.provider(({ producer, inputs }, { feedback }) => {
    for (const { reason } of feedback) notes.push(reason)
    return { outputs: { Text: `${producer} of ${inputs.text}, take ${feedback.length}` } }
  })
  const engine = await testEngine({ store: await newStore(kind), providers: { p } })
  const blueprint: BlueprintDefinition = {
    name: 'films',
    inputs: { films: 'json' },
    loops: {
      film: { over: '${inputs.films}', key: '${film.id}' },
      scene: { over: '${film.scenes}', key: '${scene.id}' },
    },
    producers: {
      Shot: {
        loop: ['film', 'scene'],
        provider: 'p',
        with: { text: '${scene.text}' },
        review: true,
        outputs: { Text: 'text' },
      },
      Clip: {
        loop: ['film', 'scene'],
        provider: 'p',
        with: { text: '${Shot[film][scene].Text}' },
        outputs: { Text: 'text' },
      },
    },
  }
  const film = (id: string, scenes: string) => ({
    id,
    scenes: scenes.split(' ').map(scene => ({ id: scene, text: `${id} ${scene}` })),
  })
  const run = async (...films: object[]) => {
    const { status } = await engine.run({ blueprint, inputs: { films } })
    return [status, calls.take().sort()]
  }
  await run(film('sea', 'dawn noon'), film('ice', 'noon dusk'))
  await engine.movie('films').review([
    { artifact: 'Shot[sea][noon].Text', decision: 'approve' },
    { artifact: 'Shot[ice][noon].Text', decision: 'reject', note: 'Colder.' },
  ])
  // Films in another order, scenes too, and one more on top of each.
  const films = [film('fog', 'dawn'), film('ice', 'dusk dawn noon'), film('sea', 'noon dawn')]
  expect(await run(...films)).toEqual([
    'waiting',
    ['Clip[sea][noon]', 'Shot[fog][dawn]', 'Shot[ice][dawn]', 'Shot[ice][noon]'],
  ])
  expect(notes).toEqual(['Colder.'])
  expect(await statesIn(engine, 'films')).toEqual({
    'Shot[fog][dawn]': 'waiting',
    'Shot[ice][dusk]': 'waiting',
    'Shot[ice][dawn]': 'waiting',
    'Shot[ice][noon]': 'waiting',
    'Shot[sea][noon]': 'approved',
    'Shot[sea][dawn]': 'waiting',
  })
  await engine.movie('films').review({ artifact: 'Shot[ice][noon].Text', decision: 'approve' })
  // What was decided of a film that is gone counts when it comes back.
  expect(await run(film('sea', 'dawn'))).toEqual(['waiting', []])
  expect(await run(film('ice', 'noon'), film('sea', 'noon'))).toEqual(['succeeded', ['Clip[ice][noon]']])
  expect(await engine.movie('films').verify()).toMatchObject({ isClean: true })
})

test('a list for each element goes on until people have approved enough of it', async () => {
  const calls = new Calls()
  const p = calls.provider(({ producer, inputs }, { feedback }) => ({
    outputs: { Text: `${producer} ${inputs.topic} ${inputs.n} take ${feedback.length}` },
  }))
  const engine = await testEngine({ store: await newStore('memory'), providers: { p } })
  const blueprint: BlueprintDefinition = {
    name: 'haiku',
    inputs: { topics: { type: 'json', default: ['rain', 'snow'] } },
    loops: {
      topic: { over: '${inputs.topics}' },
      poem: { until: { accepted: 1, of: 'Keep', attempts: 4 } },
    },
    producers: {
      Draft: {
        loop: ['topic', 'poem'],
        provider: 'p',
        with: { n: '${index.poem}', topic: '${topic}' },
        review: true,
        outputs: { Text: 'text' },
      },
      Keep: {
        loop: ['topic', 'poem'],
        provider: 'p',
        with: { n: '${index.poem}', topic: '${Draft[topic][poem].Text}' },
        outputs: { Text: 'text' },
      },
      Book: {
        loop: 'topic',
        provider: 'p',
        with: { topic: '${Keep[topic][*].Text}', n: 0 },
        outputs: { Text: 'text' },
      },
    },
  }
  const run = async () => {
    const { status } = await engine.run({ blueprint })
    return [status, calls.take().sort()]
  }
  const movie = engine.movie('haiku')
  expect(await run()).toEqual(['waiting', ['Draft[0][0]', 'Draft[1][0]']])
  await movie.review([
    { artifact: 'Draft[0][0].Text', decision: 'approve' },
    { artifact: 'Draft[1][0].Text', decision: 'reject', note: 'Shorter.' },
  ])
  // The list of one topic is done; of the other one the same element is tried again.
  expect(await run()).toEqual(['waiting', ['Book[0]', 'Draft[1][0]', 'Keep[0][0]']])
  expect(await statesIn(engine, 'haiku')).toEqual({ 'Draft[0][0]': 'approved', 'Draft[1][0]': 'waiting' })
  await movie.review({ artifact: 'Draft[1][0].Text', decision: 'approve' })
  expect(await run()).toEqual(['succeeded', ['Book[1]', 'Keep[1][0]']])
  expect(await run()).toEqual(['succeeded', []])
  expect(await movie.verify()).toMatchObject({ isClean: true })
})
