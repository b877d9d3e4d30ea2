import { Table } from '../../blueprint/inputs/table.js'
import type { RunId } from '../../model/id.js'
import { settingsParts } from '../../plan/up-to-date/settings-parts.js'
import { layout } from '../../storage/layout.js'
import type { Store } from '../../storage/store.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
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
    families: plan.families.map(({ producer, extents, outputs }) => ({
      producer: producer.name,
      extents,
      outputs: Object.fromEntries(outputs.map(output => [output.spec.name, output.extents])),
    })),
    // By digests, so that a later plan can say which setting has changed.
    settings: Object.fromEntries(
      plan.families.map(family => [family.producer.name, settingsParts(family, bindings[family.index]!)]),
    ),
    services: Object.fromEntries(
      plan.families.map(({ producer, index }) => {
        const { name: provider, model } = bindings[index]!
        return [producer.name, { provider, ...(model !== undefined && { model }) }]
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
