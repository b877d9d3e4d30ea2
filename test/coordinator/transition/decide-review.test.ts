import { describe, expect, test } from 'vitest'
import { evolve } from '../../../src/coordinator/state/evolve.js'
import { decideReview, type ReviewStatement } from '../../../src/coordinator/transition/decide-review.js'
import { valueHash } from '../../../src/model/hash.js'
import type { ArtifactId, JobId } from '../../../src/model/id.js'
import type { MovieEvent } from '../../../src/model/movie/event.js'
import { MovieState } from '../../../src/model/movie/movie-state.js'
import { MapSlots } from '../../../src/model/movie/slots.js'

const timestamp = '2026-01-01T00:00:00.000Z'
const later = '2026-01-02T00:00:00.000Z'
const artifactId = 'Producer:Clip.Text' as ArtifactId
const jobId = 'Producer:Clip' as JobId

const made = (value: string, attempt = 1): MovieEvent[] => [
  {
    type: 'artifact',
    artifactId,
    value,
    hash: valueHash(value),
    inputsHash: 'a'.repeat(64),
    jobId,
    attempt,
    timestamp,
  },
  { type: 'job.succeeded', jobId, attempt, durationMs: 1, timestamp },
]
const requested = (value: string): MovieEvent => ({
  type: 'review.requested',
  artifactId,
  hash: valueHash(value),
  timestamp,
})

function movieWith(...events: MovieEvent[]) {
  const state = new MovieState(new MapSlots())
  for (const event of events) evolve(state, event)
  const review = () => state.artifact(0)?.review
  const decide = (statement: Partial<ReviewStatement> & Pick<ReviewStatement, 'verdict'>) => {
    const { answer, events: decided } = decideReview(state, { artifactId, by: 'ada', ...statement }, later)
    for (const event of decided) evolve(state, event)
    return answer
  }
  return { state, review, decide }
}

describe('a version of an artifact', () => {
  test('waits once it was asked for, is judged once, and deciding the same again changes nothing', () => {
    const { review, decide } = movieWith(...made('a'), requested('a'))
    expect(review()).toEqual({ state: 'waiting', at: timestamp })
    expect(decide({ verdict: 'approved', hash: valueHash('a') })).toEqual({ type: 'recorded' })
    expect(review()).toEqual({ state: 'approved', at: later, by: 'ada' })
    expect(decide({ verdict: 'approved', hash: valueHash('a') })).toEqual({ type: 'unchanged' })
  })

  test('is judged again after another one took its place', () => {
    const { state, review, decide } = movieWith(...made('a'), requested('a'))
    decide({ verdict: 'approved' })
    for (const event of made('b', 2)) evolve(state, event)
    expect(review()).toBeUndefined()
    expect(decide({ verdict: 'approved', hash: valueHash('a') })).toMatchObject({ reason: 'changed' })
  })

  test('keeps its approval when its job makes the same once more, and loses a rejection', () => {
    const approved = movieWith(...made('a'))
    approved.decide({ verdict: 'approved' })
    for (const event of made('a', 2)) evolve(approved.state, event)
    expect(approved.review()).toMatchObject({ state: 'approved' })
    const rejected = movieWith(...made('a'))
    rejected.decide({ verdict: 'rejected', note: 'Shorter.' })
    for (const event of made('a', 2)) evolve(rejected.state, event)
    expect(rejected.review()).toBeUndefined()
  })

  test('is not decided on otherwise without saying so', () => {
    const { review, decide } = movieWith(...made('a'))
    decide({ verdict: 'approved' })
    expect(decide({ verdict: 'rejected' })).toMatchObject({ reason: 'decided' })
    expect(review()).toMatchObject({ state: 'approved' })
    expect(decide({ verdict: 'rejected', replaces: true })).toEqual({ type: 'recorded' })
    expect(review()).toMatchObject({ state: 'rejected' })
  })

  test('gathers the notes of all who reject it, each once', () => {
    const { review, decide } = movieWith(...made('a'))
    decide({ verdict: 'rejected', note: 'Five legs.' })
    expect(decide({ verdict: 'rejected', note: 'Too dark.' })).toEqual({ type: 'recorded' })
    expect(decide({ verdict: 'rejected', note: 'Five legs.' })).toEqual({ type: 'unchanged' })
    expect(review()?.note).toBe('Five legs.\nToo dark.')
  })

  test('that is pinned waits for nobody; rejected, it is given back to its job', () => {
    const { state, review, decide } = movieWith(...made('a'), requested('a'), {
      type: 'artifact.pinned',
      artifactId,
      timestamp,
    })
    expect(review()).toBeUndefined()
    decide({ verdict: 'rejected' })
    expect(state.artifact(0)).toMatchObject({ review: { state: 'rejected' } })
    expect(state.isPinned(0)).toBe(false)
  })

  test('of a person takes the place of another, pinned and approved', () => {
    const { state, decide } = movieWith(...made('a'), requested('a'))
    const version = { value: 'mine', hash: valueHash('mine') }
    expect(decide({ verdict: 'approved', hash: valueHash('a'), version })).toEqual({ type: 'recorded' })
    expect(state.artifact(0)).toMatchObject({
      value: 'mine',
      override: 'edited',
      review: { state: 'approved' },
    })
    expect(decide({ verdict: 'approved', hash: valueHash('a'), version })).toEqual({ type: 'unchanged' })
  })

  test('that is not there cannot be judged', () => {
    expect(movieWith().decide({ verdict: 'approved' })).toEqual({ type: 'conflict', reason: 'unknown' })
  })
})
