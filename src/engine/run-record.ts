import type { RunId } from '../model/id.js'
import type { JsonObject } from '../model/json.js'
import { withoutLikelySecrets } from '../model/secret-name.js'
import { layout } from '../storage/layout.js'
import type { Store } from '../storage/store.js'
import type { PreparedPlan } from './prepare-plan.js'

/** Rows written at a time, so that a table of any size is never one string. */
const ROWS_AT_ONCE = 1_000

/** Keeps what a run was asked to do: `runs/<runId>/plan.json` and `inputs.json`. */
export async function saveRunRecord(store: Store, prepared: PreparedPlan, runId: RunId): Promise<void> {
  const { plan, movieId } = prepared
  const summary = {
    runId,
    planHash: plan.hash,
    jobs: plan.jobCount,
    layers: plan.layers.sizes.length,
    families: plan.families.map(family => ({ producer: family.producer.name, extents: family.extents })),
    blueprint: recorded(plan.blueprint.definition),
  }
  await store.create(layout.runPlan(movieId, runId), Buffer.from(`${JSON.stringify(summary, null, 2)}\n`))
  await store.create(layout.runInputs(movieId, runId), inputLines(plan.inputs))
}

/** Whoever writes a key into a blueprint does not mean to copy it into the store. */
function recorded(definition: JsonObject): JsonObject {
  const producers = Object.entries(definition.producers as Record<string, JsonObject>)
  const entries = producers.map(([name, producer]) => {
    const { config } = producer
    return [name, config === undefined ? producer : { ...producer, config: withoutLikelySecrets(config) }]
  })
  return { ...definition, producers: Object.fromEntries(entries) }
}

async function* inputLines(inputs: ReadonlyMap<string, unknown>): AsyncIterable<Uint8Array> {
  yield Buffer.from('{')
  let separator = '\n'
  for (const [name, value] of inputs) {
    yield Buffer.from(`${separator}${JSON.stringify(name)}:`)
    if (Array.isArray(value)) yield* listLines(value)
    else yield Buffer.from(JSON.stringify(value))
    separator = ',\n'
  }
  yield Buffer.from('\n}\n')
}

async function* listLines(list: readonly unknown[]): AsyncIterable<Uint8Array> {
  yield Buffer.from('[')
  for (let at = 0; at < list.length; at += ROWS_AT_ONCE) {
    const rows = list.slice(at, at + ROWS_AT_ONCE).map(row => JSON.stringify(row))
    yield Buffer.from(`${at === 0 ? '\n' : ',\n'}${rows.join(',\n')}`)
  }
  yield Buffer.from(']')
}
