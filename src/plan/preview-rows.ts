import type { Family } from './geometry/family.js'
import { type PreviewRow, reasonKind } from './preview.js'
import type { PlannedAction } from './up-to-date/planned-action.js'

type Row = { -readonly [Key in keyof PreviewRow]: PreviewRow[Key] }

/** Counts what a preview says of jobs, by layer and producer. */
export class PreviewRows {
  readonly #rows = new Map<string, Row>()
  /** The row that was counted last, by family: jobs come by the million, and most of one family share a layer. */
  readonly #latest: (Row | undefined)[] = []
  readonly #hasWaits: boolean

  /** @param hasWaits people judge what is made */
  constructor(hasWaits: boolean) {
    this.#hasWaits = hasWaits
  }

  list(): readonly PreviewRow[] {
    return [...this.#rows.values()].sort((a, b) => a.layer - b.layer)
  }

  /** @param layer from 1 */
  count(layer: number, family: Family, action: PlannedAction, isHeld: boolean): void {
    const latest = this.#latest[family.index]
    const row = latest?.layer === layer ? latest : this.#rowOf(layer, family)
    row.jobs++
    if (isHeld) row.waiting!++
    else if (action.type === 'cached') row.cached++
    else if (action.type === 'reuse') row.reused++
    else if (action.type === 'skip' || action.type === 'failed') row.skipped++
    else {
      row.run++
      const reasons = row.reasons as Record<string, number>
      const kind = reasonKind(action.reason)
      reasons[kind] = (reasons[kind] ?? 0) + 1
    }
  }

  #rowOf(layer: number, { index, producer: { name, provider, spares } }: Family): Row {
    const key = `${layer} ${index}`
    const row: Row = this.#rows.get(key) ?? {
      layer,
      producer: name,
      provider,
      ...(spares.length > 0 && { spares }),
      jobs: 0,
      run: 0,
      ...(this.#hasWaits && { waiting: 0 }),
      cached: 0,
      reused: 0,
      skipped: 0,
      reasons: {},
    }
    this.#rows.set(key, row)
    this.#latest[index] = row
    return row
  }
}
