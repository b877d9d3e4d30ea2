import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BlueprintDefinition, MovieReview, ReviewDecision } from '../../../dist/index.js'
import { cli, jsonOf } from '../../support/cli/cli.js'
import { Calls, testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** Two people decide at the same time, from processes of their own: each decision is recorded, or its person is told. */

const COUNT = 6
const shots: BlueprintDefinition = {
  name: 'shots',
  loops: { n: { count: COUNT } },
  producers: { Shot: { loop: 'n', provider: 'p', review: true, outputs: { Text: 'text' } } },
}

async function waiting() {
  const folder = await temporaryFolder()
  const store = `file:${join(folder, 'movies')}`
  const p = new Calls().provider(({ jobId }) => ({ outputs: { Text: jobId } }))
  const engine = await testEngine({ store, providers: { p } })
  await engine.run({ blueprint: shots })
  const reviews: MovieReview[] = []
  for await (const review of engine.movie('shots').reviews()) reviews.push(review)
  const decide = async (name: string, decision: ReviewDecision['decision']) => {
    const lines = reviews.map(({ artifactId, hash }) => JSON.stringify({ artifactId, hash, decision }))
    await writeFile(join(folder, name), lines.join('\n'))
  }
  const apply = (name: string) =>
    cli(['review', 'apply', 'shots', name, '--by', name, '--wait', '60s', '--json', '--store', store], folder)
  return { engine, movie: engine.movie('shots'), reviews, decide, apply }
}

test('two commands: of each version one decision counts, and the other is told', async () => {
  const { movie, decide, apply } = await waiting()
  await decide('ada', 'approve')
  await decide('bob', 'reject')
  const outcomes = await Promise.all([apply('ada'), apply('bob')])
  const [ada, bob] = outcomes.map(
    outcome => jsonOf(outcome) as { recorded: number; conflicts: { reason: string; line: number }[] },
  )
  expect(ada!.recorded + bob!.recorded).toBe(COUNT)
  const told = [...ada!.conflicts, ...bob!.conflicts]
  expect(told.map(({ reason }) => reason)).toEqual(Array(COUNT).fill('decided'))
  expect(told.map(({ line }) => line).sort()).toEqual([1, 2, 3, 4, 5, 6])
  // Whose decisions were first is one order for everybody.
  const states: string[] = []
  for await (const { review } of movie.reviews({ states: ['approved', 'rejected'] }))
    states.push(`${review.state} by ${'by' in review ? review.by : ''}`)
  expect(states.filter(state => state === 'approved by ada')).toHaveLength(ada!.recorded)
  expect(states.filter(state => state === 'rejected by bob')).toHaveLength(bob!.recorded)
  expect(await movie.verify()).toMatchObject({ isClean: true })
}, 120_000)

test('the page and a command: what the page was told is recorded, is in the log', async () => {
  const { engine, movie, reviews, decide, apply } = await waiting()
  await decide('bob', 'reject')
  const page = await engine.serve()
  const { origin, searchParams } = new URL(page.url)
  const post = async ({ artifactId, hash }: MovieReview) => {
    const response = await fetch(`${origin}/api/movies/shots/review`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${searchParams.get('token')}`,
        'content-type': 'application/json',
        origin,
      },
      body: JSON.stringify({ decisions: [{ artifact: artifactId, hash, decision: 'approve' }] }),
    })
    // Busy: the person is told who has the movie, and decides again.
    if (response.status === 409) return { recorded: 0, isBusy: true }
    return (await response.json()) as { recorded: number; isBusy?: true }
  }
  const byCommand = apply('bob')
  let approved = 0
  for (const review of reviews) {
    let answer = await post(review)
    while (answer.isBusy) answer = await post(review)
    approved += answer.recorded
  }
  const { recorded } = jsonOf(await byCommand) as { recorded: number }
  expect(approved + recorded).toBe(COUNT)
  const states: string[] = []
  for await (const { review } of movie.reviews({ states: ['approved', 'rejected'] }))
    states.push(review.state)
  expect(states.filter(state => state === 'approved')).toHaveLength(approved)
  expect(states).toHaveLength(COUNT)
  expect(await movie.verify()).toMatchObject({ isClean: true })
}, 120_000)
