import type { Blueprint, LoopSpec } from '../../blueprint/blueprint.js'
import { compileBlueprint } from '../../blueprint/compile/compile-blueprint.js'
import type { BlueprintShape } from '../../blueprint/typing/blueprint-shape.js'
import type { ArtifactId, MovieId, RunId } from '../../model/id.js'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import { layOutFamilies } from '../../plan/geometry/family.js'
import { PlanSlots } from '../../plan/geometry/plan-slots.js'
import type { KeysByLoop } from '../../plan/identity/element-keys.js'
import { layout } from '../../storage/layout.js'
import type { Store } from '../../storage/store.js'
import { readRunKeys } from '../run-shape/run-keys.js'
import type { RowLayout, Service } from './row-reader.js'

/** What a run was to make, laid out as its plan was: which artifacts there may be, and in which order. */
export interface MovieLayout extends RowLayout {
  readonly runId: RunId
  readonly loops: ReadonlyMap<string, LoopSpec>
  /** Elements of each loop that a producer or an output has. */
  readonly extents: ReadonlyMap<string, number>
  createSlots(): PlanSlots
  /** An artifact's place in the plan; undefined when it has none. */
  slotOf(id: ArtifactId): number | undefined
}

/** The layout of a run, by its record; undefined when that is missing or cannot be read. */
export async function readLayout(
  store: Store,
  movie: MovieId,
  runId: RunId,
): Promise<MovieLayout | undefined> {
  const bytes = await store.files.read(layout.runPlan(movie, runId))
  if (bytes === undefined) return undefined
  try {
    const record: unknown = JSON.parse(bytes.toString('utf8'))
    return isJsonObject(record) ? layoutOf(runId, record, await readRunKeys(store, movie, runId)) : undefined
  } catch {
    // The record of an older version, or one that somebody has changed.
    return undefined
  }
}

function layoutOf(runId: RunId, record: JsonObject, keys: KeysByLoop): MovieLayout {
  const blueprint = compileBlueprint(record.blueprint as unknown as BlueprintShape)
  const extents = extentsIn(blueprint, record.families as readonly JsonValue[])
  const families = layOutFamilies(blueprint.producers.values(), extents, keys)
  const last = families.at(-1)
  const plannedJobs = last ? last.firstJob + last.size : 0
  const plannedArtifacts = last ? last.firstArtifact + last.size * last.artifactsPerJob : 0
  const createSlots = () => new PlanSlots(families, plannedJobs, plannedArtifacts)
  const slots = createSlots()
  return {
    runId,
    families,
    loops: blueprint.loops,
    extents,
    keys,
    services: servicesIn(blueprint, record.services),
    createSlots,
    slotOf: id => {
      const slot = slots.plannedArtifact(id)
      return slot === -1 ? undefined : slot
    },
  }
}

/** Each loop's extent, as its producers and their outputs had it. @throws Error when the record does not say it */
function extentsIn({ producers }: Blueprint, families: readonly JsonValue[]): ReadonlyMap<string, number> {
  const extents = new Map<string, number>()
  const note = (loops: readonly string[], found: JsonValue | undefined) => {
    for (const [at, loop] of loops.entries()) {
      const extent = (found as readonly JsonValue[])[at]
      if (typeof extent !== 'number') throw new Error(`The record does not say how long ${loop} is.`)
      extents.set(loop, extent)
    }
  }
  for (const family of families as readonly JsonObject[]) {
    const producer = producers.get(String(family.producer))!
    note(producer.loops, family.extents)
    for (const output of producer.outputs.values())
      if (output.loops.length > 0) note(output.loops, (family.outputs as JsonObject)[output.name])
  }
  return extents
}

/** As the run had them; records of older versions tell only what the blueprint says. */
function servicesIn({ producers }: Blueprint, recorded: JsonValue | undefined): ReadonlyMap<string, Service> {
  const services = isJsonObject(recorded) ? (recorded as unknown as Record<string, Service>) : {}
  return new Map(
    [...producers.values()].map(({ name, provider, model }) => [
      name,
      services[name] ?? { provider, ...(model !== undefined && { model }) },
    ]),
  )
}
