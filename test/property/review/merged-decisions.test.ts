import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BlueprintDefinition, inline, openEngine, type ReviewDecision } from '../../../dist/index.js'
import { rounds } from '../../support/rounds.js'

/** What people decide in several files comes to the same in any order, and a run does just that. */

const COUNT = 4
const shots: BlueprintDefinition = {
  name: 'shots',
  loops: { n: { count: COUNT } },
  producers: {
    Shot: { loop: 'n', provider: 'p', review: true, outputs: { Text: 'text' } },
    Clip: { loop: 'n', provider: 'p', with: { shot: '${Shot[n].Text}' }, outputs: { Text: 'text' } },
  },
}

interface Drawn {
  readonly shot: number
  readonly decision: 'approve' | 'reject'
  readonly note: string | undefined
  /** About the version before the one that is there. */
  readonly isStale: boolean
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  shot: fc.nat(COUNT - 1),
  decision: fc.constantFrom('approve' as const, 'reject' as const),
  note: fc.option(fc.constantFrom('Darker.', 'Two eyes.', 'Less rain.'), { nil: undefined }),
  isStale: fc.boolean(),
})

/** A movie whose shots have been rejected and made once more, so that each has had two versions. */
async function openMovie() {
  const calls: string[] = []
  const notes = new Map<string, string[]>()
  const p = inline(({ jobId }, { feedback }) => {
    calls.push(jobId)
    notes.set(
      jobId,
      feedback.flatMap(({ reason }) => reason.split('\n')),
    )
    return { outputs: { Text: `${jobId} take ${feedback.length}` } }
  })
  const engine = await openEngine({ store: 'memory:', providers: { p } })
  const movie = engine.movie('shots')
  const versions = async () => {
    const hashes: string[] = []
    for await (const { hash } of movie.reviews({ states: ['waiting', 'approved', 'rejected'] }))
      hashes.push(hash)
    return hashes
  }
  await engine.run({ blueprint: shots })
  const old = await versions()
  await movie.review(
    old.map((hash, at) => ({ artifact: `Shot[${at}].Text`, hash, decision: 'reject' as const })),
  )
  await engine.run({ blueprint: shots })
  const current = await versions()
  calls.length = 0
  return { engine, movie, calls, notes, old, current }
}

async function outcome(decisions: readonly Drawn[]) {
  const { engine, movie, calls, notes, old, current } = await openMovie()
  try {
    const request = decisions.map(
      ({ shot, decision, note, isStale }): ReviewDecision => ({
        artifact: `Shot[${shot}].Text`,
        hash: (isStale ? old : current)[shot]!,
        decision,
        ...(note !== undefined && { note }),
      }),
    )
    const first = await movie.review(request)
    // The same files once more change nothing.
    expect((await movie.review(request)).recorded).toBe(0)
    const states = new Map<string, string>()
    for await (const { key, review } of movie.reviews({ states: ['waiting', 'approved', 'rejected'] }))
      states.set(`${key}`, `${review.state} ${(review.note ?? '').split('\n').sort().join()}`)
    await engine.run({ blueprint: shots })
    const made = [...calls].sort()
    return {
      states: [...states].sort(),
      conflicts: first.conflicts
        .map(({ index, reason }) => `${JSON.stringify(decisions[index])} ${reason}`)
        .sort(),
      made,
      notes: made.flatMap(id => (id.startsWith('Producer:Shot') ? [[id, [...notes.get(id)!].sort()]] : [])),
    }
  } finally {
    await engine.close()
  }
}

/** What each shot must have come to: one that is decided on in two ways, or of an old version only, still waits. */
function expected(decisions: readonly Drawn[]) {
  return Array.from({ length: COUNT }, (_, shot) => {
    const said = new Set(
      decisions.filter(each => each.shot === shot && !each.isStale).map(each => each.decision),
    )
    return said.size === 1 ? [...said][0]! : 'wait'
  })
}

test('in any order the same is recorded; approved shots are not made again, and rejected ones are, with their notes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(drawn, { maxLength: 8 }), fc.nat(), async (decisions, turn) => {
      const at = decisions.length === 0 ? 0 : turn % decisions.length
      const one = await outcome(decisions)
      const other = await outcome([...decisions.slice(at), ...decisions.slice(0, at)].reverse())
      expect(other).toEqual(one)
      const ends = expected(decisions)
      const idsOf = (producer: string, end: string) =>
        ends.flatMap((each, shot) => (each === end ? [`Producer:${producer}[${shot}]`] : []))
      expect(one.made).toEqual([...idsOf('Clip', 'approve'), ...idsOf('Shot', 'reject')])
      for (const { shot, note, decision, isStale } of decisions)
        if (ends[shot] === 'reject' && decision === 'reject' && !isStale && note !== undefined)
          expect(one.notes.find(([id]) => id === `Producer:Shot[${shot}]`)?.[1]).toContain(note)
    }),
    { numRuns: rounds(20, 200) },
  )
})
