import type { LoopSpec } from '../../blueprint/blueprint.js'
import { Table } from '../../blueprint/inputs/table.js'
import type { ElementName } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import { expansionKey } from '../../model/movie/expansion.js'
import type { LoopList } from '../../plan/geometry/loop-lists.js'
import { parentIndices, positionIn } from '../../plan/growth/parent-indices.js'
import type { Plan } from '../../plan/plan.js'
import { RecordRedaction } from '../run/record-redaction.js'
import { listIn } from './list-in.js'

/** The lists that the loops of a plan have from its inputs, as the record of its run will have them: without secrets. */
export class PlannedLists {
  readonly #plan: Plan
  readonly #redaction = new RecordRedaction(process.env)
  readonly #elements = new Map<string, readonly JsonValue[]>()

  constructor(plan: Plan) {
    this.#plan = plan
  }

  loop(name: string): LoopSpec {
    return this.#plan.blueprint.loops.get(name)!
  }

  /** Undefined while it is not known, and inside elements that are not there. */
  list(loop: string, parents: readonly ElementName[]): LoopList | undefined {
    const { lists } = this.#plan.geometry
    const indices = parentIndices(lists, loop, parents)
    return indices && lists.get(loop)!.at(indices)
  }

  elements(loop: string, parents: readonly ElementName[]): readonly JsonValue[] {
    const key = expansionKey(loop, parents)
    const known = this.#elements.get(key) ?? this.#read(loop, parents)
    this.#elements.set(key, known)
    return known
  }

  #read(name: string, parents: readonly ElementName[]): readonly JsonValue[] {
    const loop = this.loop(name)
    if (loop.type === 'count') return []
    const { over } = loop
    if (over.type === 'element') {
      const around = parents.slice(0, -1)
      const list = this.list(over.loop, around)
      const position = list === undefined ? -1 : positionIn(list, parents.at(-1)!)
      return listIn(this.elements(over.loop, around)[position], over.path) ?? []
    }
    const rows = this.list(name, parents)?.elements ?? []
    const isSecret = over.type === 'input' && this.#redaction.isSecretName(over.input)
    const list = rows instanceof Table ? rows.slice(0, rows.length) : rows
    return list.map(row => {
      const text = JSON.stringify(this.#redaction.value(row, isSecret))
      return JSON.parse(this.#redaction.text(text)) as JsonValue
    })
  }
}
