import type { ArtifactId, ElementMoves } from '../../model/id.js'
import type { LoggedEvent } from '../../model/movie/event.js'

/** What artifacts were called before their elements moved in their lists, as the runs that moved them have recorded. */
export class NamesInTime {
  readonly #moves: { readonly seq: number; readonly artifacts: ElementMoves['artifacts'] }[] = []

  note({ seq, event }: LoggedEvent): void {
    if (event.type === 'run.started' && event.moved)
      this.#moves.push({ seq, artifacts: event.moved.artifacts })
  }

  /** By the number of an event, what the artifact was called then; undefined where another one had its name. */
  of(id: ArtifactId): (seq: number) => ArtifactId | undefined {
    const spans: { readonly from: number; readonly name: ArtifactId | undefined }[] = []
    let name: ArtifactId | undefined = id
    for (const { seq, artifacts } of this.#moves.toReversed()) {
      const arrived = artifacts.find(([, to]) => to === name)
      const hasLeft = artifacts.some(([from]) => from === name)
      if (arrived === undefined && !hasLeft) continue
      spans.push({ from: seq, name })
      name = arrived?.[0]
    }
    return seq => (spans.find(span => seq >= span.from) ?? { name }).name
  }

  /** Whether the artifact was ever called otherwise, or another one like it. */
  hasMoved(id: ArtifactId): boolean {
    return this.#moves.some(({ artifacts }) => artifacts.some(([from, to]) => from === id || to === id))
  }
}
