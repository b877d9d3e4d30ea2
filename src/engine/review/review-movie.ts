import { userInfo } from 'node:os'
import type { ReviewAnswer, ReviewStatement } from '../../coordinator/transition/decide-review.js'
import type { ArtifactId, MovieId } from '../../model/id.js'
import { LOG_START } from '../../model/movie/log-position.js'
import type { ArtifactReview } from '../../model/review/artifact-review.js'
import type { Store } from '../../storage/store.js'
import { writtenAddress } from '../movie/artifact-address.js'
import type { MovieParts } from '../movie/movie-parts.js'
import { RunShape } from '../run-shape/run-shape.js'
import { conflictText } from './conflict-text.js'
import { editedVersion } from './edited-version.js'
import { recordDecisions } from './record-decisions.js'
import type { ReviewConflict, ReviewDecision, ReviewOptions, ReviewOutcome } from './review-decision.js'
import { type ReviewState, readReviewState, reviewedSlots } from './review-state.js'

/**
 * Records decisions of people. Those that cannot be recorded are told; all others are.
 * @throws MovieBusyError while a run of another process is in progress; ShowrunnerError `USAGE_INVALID` for an edit of
 * another kind
 */
export async function reviewMovie(
  store: Store,
  movieId: MovieId,
  decisions: readonly ReviewDecision[],
  { by = userName(), replace = false, waitMs, signal, running }: ReviewOptions & Pick<MovieParts, 'running'>,
): Promise<ReviewOutcome> {
  const before = await readReviewState(store, movieId, 'packed', signal)
  const statements = await statementsOf(store, movieId, before, decisions, { by, replace })
  const disagreeing = disagreements(statements)
  const agreed = statements.flatMap((statement, index) =>
    disagreeing.has(index) ? [] : [{ statement, index }],
  )
  const decided = agreed.map(({ statement }) => statement)
  const live = running()
  let answers = await live?.decide(decided)
  if (answers === undefined) {
    // The run may have recorded them in its last moment: deciding the same again changes nothing.
    await live?.ended
    answers = await recordDecisions(store, movieId, decided, { waitMs, signal })
  }
  const conflicts: ReviewConflict[] = [...disagreeing].map(([index, otherIndex]) =>
    conflictOf(statements[index]!.artifactId, index, { type: 'conflict', reason: 'disagree' }, otherIndex),
  )
  let recorded = 0
  let unchanged = 0
  const changed = await decidedBefore(store, movieId, decided, answers)
  for (const [at, answer] of answers.entries()) {
    const { statement, index } = agreed[at]!
    if (answer.type === 'recorded') recorded++
    else if (answer.type === 'unchanged' || changed.has(at)) unchanged++
    else conflicts.push(conflictOf(statement.artifactId, index, answer))
  }
  const after = await readReviewState(store, movieId, 'none', signal)
  const count = (state: ArtifactReview['state']) =>
    reviewedSlots(after).filter(slot => after.movie.reviews.get(slot)!.state === state).length
  return {
    recorded,
    unchanged,
    conflicts: conflicts.sort((a, b) => a.index - b.index),
    waiting: count('waiting'),
    rejected: count('rejected'),
  }
}

function userName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    // A user without a name, as in a container.
    return undefined
  }
}

async function statementsOf(
  store: Store,
  movieId: MovieId,
  { movie, layout }: ReviewState,
  decisions: readonly ReviewDecision[],
  defaults: { readonly by: string | undefined; readonly replace: boolean },
): Promise<readonly ReviewStatement[]> {
  const shape = layout && new RunShape(layout.geometry, layout.loops)
  const statements: ReviewStatement[] = []
  for (const each of decisions) {
    const written = writtenAddress(each.artifact)
    const artifactId = shape?.find(written) ?? written.id
    const statement: ReviewStatement = {
      artifactId,
      hash: each.hash,
      verdict: each.decision === 'reject' ? 'rejected' : 'approved',
      note: each.note?.trim() || undefined,
      by: each.by ?? defaults.by,
      replaces: defaults.replace,
    }
    const slot = movie.slots.knownArtifact(artifactId)
    const current = slot === -1 ? undefined : movie.artifact(slot)
    if (each.decision !== 'edit' || current === undefined) statements.push(statement)
    else {
      const version = await editedVersion(store, movieId, current, each.content)
      statements.push({ ...statement, hash: each.hash ?? current.hash, version })
    }
  }
  return statements
}

/** Decisions on one version that cannot both be right, each with the place of another one. */
function disagreements(statements: readonly ReviewStatement[]): ReadonlyMap<number, number> {
  const byVersion = new Map<string, number[]>()
  for (const [index, { artifactId, hash = '' }] of statements.entries()) {
    const version = `${artifactId} ${hash}`
    byVersion.set(version, [...(byVersion.get(version) ?? []), index])
  }
  const others = new Map<number, number>()
  for (const places of byVersion.values())
    for (const index of places) {
      const other = places.find(place => !agree(statements[place]!, statements[index]!))
      if (other !== undefined) others.set(index, other)
    }
  return others
}

const agree = (one: ReviewStatement, other: ReviewStatement): boolean =>
  one.verdict === other.verdict && one.version?.hash === other.version?.hash

/** Of versions that are no longer there: the places of decisions that had been recorded while they were. */
async function decidedBefore(
  store: Store,
  movieId: MovieId,
  statements: readonly ReviewStatement[],
  answers: readonly ReviewAnswer[],
): Promise<ReadonlySet<number>> {
  const wanted = new Map<string, number[]>()
  const keyOf = (artifactId: ArtifactId, hash: string | undefined, verdict: string) =>
    `${verdict} ${hash} ${artifactId}`
  for (const [at, answer] of answers.entries()) {
    if (answer.type !== 'conflict' || answer.reason !== 'changed') continue
    const { artifactId, hash, verdict, version } = statements[at]!
    const key = keyOf(artifactId, version?.hash ?? hash, verdict)
    wanted.set(key, [...(wanted.get(key) ?? []), at])
  }
  const found = new Set<number>()
  if (wanted.size === 0) return found
  for await (const { events } of store.log(movieId).read(LOG_START, { types: ['artifact.reviewed'] }))
    for (const { event } of events)
      if (event.type === 'artifact.reviewed')
        for (const at of wanted.get(keyOf(event.artifactId, event.hash, event.verdict)) ?? []) found.add(at)
  return found
}

function conflictOf(
  artifactId: ArtifactId,
  index: number,
  {
    reason,
    hash,
    review,
  }: Omit<Extract<ReviewAnswer, { type: 'conflict' }>, 'reason'> & {
    readonly reason: ReviewConflict['reason']
  },
  otherIndex?: number,
): ReviewConflict {
  return {
    index,
    artifactId,
    reason,
    message: conflictText(artifactId, reason, review),
    ...(hash !== undefined && { hash }),
    ...(review && { review }),
    ...(otherIndex !== undefined && { otherIndex }),
  }
}
