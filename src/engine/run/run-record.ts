import { Table } from '../../blueprint/inputs/table.js'
import type { RunId } from '../../model/id.js'
import type { Family } from '../../plan/geometry/family.js'
import { forEachParents } from '../../plan/geometry/for-each-parents.js'
import type { LoopLists } from '../../plan/geometry/loop-lists.js'
import type { Plan } from '../../plan/plan.js'
import { settingsParts } from '../../plan/up-to-date/settings-parts.js'
import { layout } from '../../storage/layout.js'
import type { Store } from '../../storage/store.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import { serviceOf } from '../provider/binding.js'
import { saveRunKeys } from '../run-shape/run-keys.js'
import { RecordRedaction } from './record-redaction.js'

/** Rows written at a time, so that a table of any size is never one string. */
const ROWS_AT_ONCE = 1_000

/** Keeps what a run was asked to do: `runs/<runId>/plan.json`, `keys.json` and `inputs.json`. */
export async function saveRunRecord(store: Store, prepared: PreparedPlan, runId: RunId): Promise<void> {
  const { plan, movieId, bindings } = prepared
  const redaction = new RecordRedaction(process.env)
  const summary = {
    runId,
    planHash: plan.hash,
    jobs: plan.jobCount,
    layers: plan.layers.sizes.length,
    families: plan.families.map(family => familyRecord(family)),
    ...listRecord(plan),
    // By digests, so that a later plan can say which setting has changed.
    settings: Object.fromEntries(
      plan.families.map(family => [family.producer.name, settingsParts(family, bindings[family.index]!)]),
    ),
    services: Object.fromEntries(
      plan.families.map(({ producer, index }) => {
        const binding = bindings[index]!
        const spares = binding.spares.map(serviceOf)
        return [producer.name, { ...serviceOf(binding), ...(spares.length > 0 && { spares }) }]
      }),
    ),
    blueprint: redaction.definition(plan.blueprint.definition),
  }
  await store.files.create(
    layout.runPlan(movieId, runId),
    Buffer.from(redaction.text(`${JSON.stringify(summary, null, 2)}\n`)),
  )
  await saveRunKeys(store, movieId, runId, plan.keys)
  await store.files.create(layout.runInputs(movieId, runId), inputLines(plan.inputs, redaction))
}

/** Extents by loop; null where lists differ from element to element. */
function familyRecord({ producer, whole, dimensions }: Family) {
  const lengthOf = (lists: LoopLists) => (lists.parents.length === 0 ? (lists.at([])?.length ?? null) : null)
  return {
    producer: producer.name,
    extents: whole?.extents ?? dimensions.map(({ lists }) => lengthOf(lists)),
    outputs: Object.fromEntries(
      [...producer.outputs.values()].map(({ name, loops }, at) => [
        name,
        whole?.outputs[at]?.extents ?? (loops.length === 0 ? [] : null),
      ]),
    ),
  }
}

/**
 * How long the lists are that differ from element to element, in the order of those elements, as one text each; and the
 * keys of all their elements, where they have some.
 */
function listRecord({ blueprint, geometry }: Plan) {
  const lists: Record<string, string> = {}
  const listKeys: Record<string, string[]> = {}
  for (const loop of blueprint.loops.values()) {
    if (loop.isGrown || loop.parents.length === 0) continue
    const lengths: number[] = []
    const names: string[] = []
    forEachParents(geometry.lists, loop, parents => {
      const { length, keys } = geometry.lists.get(loop.name)!.at(parents)!
      lengths.push(length)
      if (keys !== undefined) for (let at = 0; at < length; at++) names.push(keys.at(at))
    })
    lists[loop.name] = lengths.join()
    if (loop.type === 'over' && loop.key !== undefined) listKeys[loop.name] = names
  }
  return {
    ...(Object.keys(lists).length > 0 && { lists }),
    ...(Object.keys(listKeys).length > 0 && { listKeys }),
  }
}

async function* inputLines(
  inputs: ReadonlyMap<string, unknown>,
  redaction: RecordRedaction,
): AsyncIterable<Uint8Array> {
  yield Buffer.from('{')
  let separator = '\n'
  for (const [name, value] of inputs) {
    yield Buffer.from(`${separator}${JSON.stringify(name)}:`)
    const isSecret = redaction.isSecretName(name)
    if (value instanceof Table) yield* tableLines(value, isSecret, redaction)
    else if (Array.isArray(value)) yield* listLines(value, isSecret, redaction)
    else yield Buffer.from(redaction.text(JSON.stringify(redaction.value(value, isSecret))))
    separator = ',\n'
  }
  yield Buffer.from('\n}\n')
}

async function* listLines(
  list: readonly unknown[],
  isSecret: boolean,
  redaction: RecordRedaction,
): AsyncIterable<Uint8Array> {
  yield Buffer.from('[')
  for (let at = 0; at < list.length; at += ROWS_AT_ONCE) {
    const rows = list.slice(at, at + ROWS_AT_ONCE).map(row => JSON.stringify(redaction.value(row, isSecret)))
    yield Buffer.from(`${at === 0 ? '\n' : ',\n'}${redaction.text(rows.join(',\n'))}`)
  }
  yield Buffer.from(']')
}

async function* tableLines(
  table: Table,
  isSecret: boolean,
  redaction: RecordRedaction,
): AsyncIterable<Uint8Array> {
  const isPlain = !isSecret && table.isFlat && !table.columns.some(name => redaction.isSecretName(name))
  yield Buffer.from('[')
  for (let at = 0; at < table.length; at += ROWS_AT_ONCE) {
    const end = Math.min(at + ROWS_AT_ONCE, table.length)
    const rows = isPlain
      ? [...table.jsonTexts(at, end)]
      : table.slice(at, end).map(row => JSON.stringify(redaction.value(row, isSecret)))
    yield Buffer.from(`${at === 0 ? '\n' : ',\n'}${redaction.text(rows.join(',\n'))}`)
  }
  yield Buffer.from(']')
}
