import type { RunState } from '../state/run-state.js'

/** An output that people have to judge. */
export interface ReviewedOutput {
  /** The producer's name. */
  readonly producer: string
  /** The output's name. */
  readonly output: string
  /** Of the output: `text`, `json`, or a MIME type. */
  readonly type: string
  /** Artifacts that wait for a person. */
  readonly waiting: number
  /** Artifacts that were rejected, and not made again yet: the next run does. */
  readonly rejected: number
}

/** What people have to judge. */
export interface ReviewTally {
  /** Artifacts that wait for a person. */
  readonly waiting: number
  /** Artifacts that were rejected, and not made again yet: the next run does. */
  readonly rejected: number
  /** By output, in the order of the blueprint; those without any are left out. */
  readonly outputs: readonly ReviewedOutput[]
}

/** What people have to judge of a run's plan. */
export function reviewTally({ plan, movie }: Pick<RunState, 'plan' | 'movie'>): ReviewTally {
  const counts = new Map<string, { waiting: number; rejected: number }>()
  for (const [slot, { state }] of movie.reviews) {
    if (state === 'approved' || !plan.geometry.hasArtifact(slot)) continue
    const { outputs, family, artifactsPerJob, firstArtifact } = plan.geometry.blockOfArtifact(slot)
    const place = (slot - firstArtifact) % artifactsPerJob
    const output = outputs.findLast(({ offset }) => offset <= place)!
    const key = `${family} ${output.spec.name}`
    const count = counts.get(key) ?? { waiting: 0, rejected: 0 }
    counts.set(key, count)
    count[state]++
  }
  const outputs = plan.families.flatMap(({ index, producer }) =>
    [...producer.outputs.values()].flatMap(({ name: output, type }): ReviewedOutput[] => {
      const count = counts.get(`${index} ${output}`)
      return count === undefined ? [] : [{ producer: producer.name, output, type, ...count }]
    }),
  )
  const sum = (state: 'waiting' | 'rejected') => outputs.reduce((total, count) => total + count[state], 0)
  return { waiting: sum('waiting'), rejected: sum('rejected'), outputs }
}
