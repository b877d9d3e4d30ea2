import type { MovieId, RunId } from '../../model/id.js'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import type { KeysByLoop } from '../../plan/identity/element-keys.js'
import { layout } from '../../storage/layout.js'
import type { Store } from '../../storage/store.js'
import { readRunKeys } from './run-keys.js'
import { type ProducerShape, RunShape } from './run-shape.js'

/** What a run was to make, by its record; undefined when that is missing or cannot be read. */
export async function readRunShape(
  store: Store,
  movie: MovieId,
  run: RunId | undefined,
): Promise<RunShape | undefined> {
  if (run === undefined) return undefined
  try {
    const bytes = await store.files.read(layout.runPlan(movie, run))
    if (bytes === undefined) return undefined
    const record: unknown = JSON.parse(bytes.toString('utf8'))
    return isJsonObject(record) ? shapeOfRecord(record, await readRunKeys(store, movie, run)) : undefined
  } catch {
    // The record is for people to read: a status must not fail because it is missing.
    return undefined
  }
}

function shapeOfRecord({ families, blueprint }: JsonObject, keysByLoop: KeysByLoop): RunShape | undefined {
  if (!Array.isArray(families) || !isJsonObject(blueprint)) return undefined
  const shapes = new Map<string, ProducerShape>()
  const loops = objectOr(blueprint.loops)
  const producers = objectOr(blueprint.producers)
  for (const family of families) {
    if (!isJsonObject(family) || typeof family.producer !== 'string') return undefined
    const { producer: name, extents, outputs } = family
    if (!Array.isArray(extents) || !extents.every(extent => typeof extent === 'number')) return undefined
    const producer = objectOr(producers[name])
    const ofRecord = objectOr(outputs) as Record<string, number[]>
    const ofOutputs = objectOr(producer.outputs)
    const keysOf = (loop: JsonValue | undefined) => listOf(loop).map(one => keysByLoop.get(String(one)))
    const outputShape = (output: string) => {
      const found = ofRecord[output]
      return found && { extents: found, keys: keysOf(objectOr(ofOutputs[output]).loop) }
    }
    shapes.set(name, {
      extents,
      keys: keysOf(producer.loop),
      inputs: listOf(producer.loop).map(loop => inputOf(objectOr(loops[String(loop)]).over)),
      outputs: new Map(Object.keys(ofOutputs).map(output => [output, outputShape(output)])),
    })
  }
  return new RunShape(shapes)
}

const objectOr = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {})

const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

/** `rows` of `${inputs.rows}` */
function inputOf(over: JsonValue | undefined): string | undefined {
  return typeof over === 'string' ? /^\s*\$\{\s*inputs\.(.+?)\s*\}\s*$/.exec(over)?.[1] : undefined
}
