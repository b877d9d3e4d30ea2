import type { ArtifactId, ElementMoves, JobId } from '../../model/id.js'

/** Elements that stand elsewhere in their lists from a moment on, with their jobs by number. */
export interface RecordedMoves {
  /** Changes before it. */
  readonly change: number
  readonly jobs: readonly (readonly [from: number, to: number])[]
  readonly artifacts: ReadonlyMap<ArtifactId, ArtifactId>
}

/** Changes in which a job was called by one number: from one, and before another. */
interface NamedSpan {
  readonly job: number
  readonly from: number
  readonly to: number
}

/** What jobs and artifacts were called before their elements moved, as the log records it of those that something is kept of. */
export class MovesInTime {
  readonly #all: RecordedMoves[] = []

  add({ jobs, artifacts }: ElementMoves, change: number, numberOf: (id: JobId) => number): void {
    this.#all.push({
      change,
      jobs: jobs.map(([from, to]) => [numberOf(from), numberOf(to)]),
      artifacts: new Map(artifacts),
    })
  }

  get count(): number {
    return this.#all.length
  }

  at(index: number): RecordedMoves | undefined {
    return this.#all[index]
  }

  /** What a job was called at each time up to a moment, newest first. */
  *spansOf(job: number, to: number): Generator<NamedSpan, void, undefined> {
    let span = { job, to }
    for (let index = this.#all.length - 1; index >= 0; index--) {
      const { change, jobs } = this.#all[index]!
      if (change > to) continue
      const arrived = jobs.find(([, name]) => name === span.job)
      const hasLeft = jobs.some(([name]) => name === span.job)
      if (arrived === undefined && !hasLeft) continue
      yield { ...span, from: change }
      // Another one had the name before.
      if (arrived === undefined) return
      span = { job: arrived[0], to: change }
    }
    yield { ...span, from: 0 }
  }

  /** What a job of one moment was called at an earlier one; undefined where another one had its name. */
  jobAt(job: number, { at, earlier }: { readonly at: number; readonly earlier: number }): number | undefined {
    if (this.#all.length === 0) return job
    for (const span of this.spansOf(job, at)) if (span.from <= earlier) return span.job
    return undefined
  }

  /** What an artifact that a change named is called at a later moment. */
  nameOf(id: ArtifactId, change: number, to: number): ArtifactId {
    let name = id
    for (const moves of this.#all)
      if (moves.change > change && moves.change <= to) name = moves.artifacts.get(name) ?? name
    return name
  }
}

/** Flags of jobs, by their numbers, go where the jobs go. */
export function moveFlags(flags: Uint8Array, { jobs }: RecordedMoves): void {
  const moved = jobs.map(([from]) => flags[from] ?? 0)
  for (const [from] of jobs) flags[from] = 0
  for (const [at, [, to]] of jobs.entries()) flags[to] = moved[at]!
}
