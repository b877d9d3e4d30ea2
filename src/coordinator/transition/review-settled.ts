import type { Turn } from '../live-run.js'
import { decideReview, type ReviewAnswer, type ReviewStatement } from './decide-review.js'

/** Asks for people where reviews say so, and lets those go on that waited for an approval. */
export function reviewSettled(turn: Turn): void {
  const gates = turn.run.state.reviews
  if (gates === undefined) return
  for (const job of gates.takeDue()) examine(turn, job)
  for (const job of gates.takeFreed()) turn.run.schedule.reconsider(job)
}

function examine(turn: Turn, job: number): void {
  const { reviews, movie } = turn.run.state
  const step = reviews!.examine(job)
  if (step.type === 'load') turn.perform({ type: 'load-values', job, blobs: step.blobs })
  if (step.type !== 'ask') return
  for (const slot of step.requested) record(turn, 'review.requested', slot)
  for (const slot of step.withdrawn) if (movie.hasArtifact(slot)) record(turn, 'review.withdrawn', slot)
}

function record(turn: Turn, type: 'review.requested' | 'review.withdrawn', slot: number): void {
  const { slots, artifactHashes } = turn.run.state.movie
  const facts = { artifactId: slots.artifactIdAt(slot), hash: artifactHashes.get(slot)! }
  turn.record({ type, ...facts, timestamp: turn.moment.timestamp })
}

/** Nobody is asked any more for what the blueprint does not let people judge now. */
export function withdrawReviews(turn: Turn): void {
  const { plan, movie } = turn.run.state
  if (movie.reviews.waitingCount === 0) return
  const reviewed = new Set(
    plan.families.flatMap(({ producer }) =>
      (producer.review?.outputs ?? []).map(output => `Producer:${producer.name} ${output}`),
    ),
  )
  for (const [slot, { state }] of [...movie.reviews]) {
    if (state !== 'waiting') continue
    const id = movie.slots.artifactIdAt(slot)
    const [job = '', output = ''] = id.replaceAll(/\[(?:[^\]"]+|"(?:[^"\\]|\\.)*")\]/g, '').split('.')
    if (!reviewed.has(`${job} ${output}`)) record(turn, 'review.withdrawn', slot)
  }
}

/** Decisions of people that come while the run goes on. They are answered once they are durable. */
export function decideReviews(
  turn: Turn,
  statements: readonly ReviewStatement[],
  answer: (answers: readonly ReviewAnswer[]) => void,
): void {
  const { state } = turn.run
  const answers = statements.map(statement => {
    const decided = decideReview(state.movie, statement, turn.moment.timestamp)
    for (const event of decided.events) turn.record(event)
    if (decided.events.length > 0)
      state.reviews?.decided(state.movie.slots.knownArtifact(statement.artifactId))
    return decided.answer
  })
  turn.perform({ type: 'answer', tell: () => answer(answers) })
}
