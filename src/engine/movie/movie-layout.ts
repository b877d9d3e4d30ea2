import type { Blueprint, LoopSpec } from '../../blueprint/blueprint.js'
import { compileBlueprint } from '../../blueprint/compile/compile-blueprint.js'
import type { BlueprintShape } from '../../blueprint/typing/blueprint-shape.js'
import type { ArtifactId, MovieId, RunId } from '../../model/id.js'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import type { Expansion } from '../../model/movie/expansion.js'
import type { ProviderModel } from '../../model/run/provider-model.js'
import { forEachParents } from '../../plan/geometry/for-each-parents.js'
import { Geometry } from '../../plan/geometry/geometry.js'
import { PlanSlots } from '../../plan/geometry/plan-slots.js'
import { growAsRecorded } from '../../plan/growth/grow-as-recorded.js'
import type { KeysByLoop } from '../../plan/identity/element-keys.js'
import { KeyTable } from '../../plan/identity/key-table.js'
import { layout } from '../../storage/layout.js'
import type { Store } from '../../storage/store.js'
import { readExpansions } from '../run-shape/read-expansions.js'
import { readRunKeys } from '../run-shape/run-keys.js'
import type { RowLayout } from './row-reader.js'

/** What a run was to make, laid out as its plan was: which artifacts there may be, and in which order. */
export interface MovieLayout extends RowLayout {
  readonly runId: RunId
  readonly geometry: Geometry
  /** Of its plan; undefined in a record that does not say it. */
  readonly planHash: string | undefined
  readonly loops: ReadonlyMap<string, LoopSpec>
  /** Elements of each loop that a producer or an output has, and that is the same for all. */
  readonly extents: ReadonlyMap<string, number>
  /** The lists that its jobs have made, or that were tried, by what tells them apart. */
  readonly expansions: ReadonlyMap<string, Expansion>
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
    if (!isJsonObject(record)) return undefined
    const found = layoutOf(runId, record, await readRunKeys(store, movie, runId))
    if (!found.geometry.canGrow) return found
    const expansions = await readExpansions(store, movie)
    growAsRecorded(found.geometry, found.loops, expansions)
    return { ...found, expansions }
  } catch {
    // The record of an older version, or one that somebody has changed.
    return undefined
  }
}

function layoutOf(runId: RunId, record: JsonObject, keys: KeysByLoop): MovieLayout {
  const blueprint = compileBlueprint(record.blueprint as unknown as BlueprintShape)
  const geometry = new Geometry(blueprint.producers.values(), blueprint.loops.values())
  const extents = extentsIn(blueprint, record.families as readonly JsonValue[])
  for (const [loop, length] of extents) {
    const ofLoop = keys.get(loop)
    geometry.know(loop, [], { length, ...(ofLoop && { keys: ofLoop }) })
  }
  restoreLists(geometry, blueprint, record)
  geometry.layOut()
  const createSlots = () => new PlanSlots(geometry)
  const slots = createSlots()
  return {
    runId,
    geometry,
    families: geometry.families,
    planHash: typeof record.planHash === 'string' ? record.planHash : undefined,
    loops: blueprint.loops,
    extents,
    expansions: new Map(),
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
function extentsIn(
  { producers, loops }: Blueprint,
  families: readonly JsonValue[],
): ReadonlyMap<string, number> {
  const extents = new Map<string, number>()
  const note = (names: readonly string[], found: JsonValue | undefined) => {
    for (const [at, loop] of names.entries()) {
      const { isGrown, parents } = loops.get(loop)!
      if (isGrown || parents.length > 0) continue
      const extent = (found as readonly JsonValue[] | null)?.[at]
      if (typeof extent === 'number') extents.set(loop, extent)
      else if (!extents.has(loop)) throw new Error(`The record does not say how long ${loop} is.`)
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
function servicesIn(
  { producers }: Blueprint,
  recorded: JsonValue | undefined,
): ReadonlyMap<string, ProviderModel> {
  const services = isJsonObject(recorded) ? (recorded as unknown as Record<string, ProviderModel>) : {}
  return new Map(
    [...producers.values()].map(({ name, provider, model }) => [
      name,
      services[name] ?? { provider, ...(model !== undefined && { model }) },
    ]),
  )
}

/** The lists that differ from element to element, as `saveRunRecord` has written them. */
function restoreLists(geometry: Geometry, { loops }: Blueprint, record: JsonObject): void {
  const { lists = {}, listKeys = {} } = record as {
    readonly lists?: JsonObject
    readonly listKeys?: Readonly<Record<string, readonly string[]>>
  }
  const outermostFirst = [...loops.values()].sort((a, b) => a.parents.length - b.parents.length)
  for (const loop of outermostFirst) {
    const text = lists[loop.name]
    if (typeof text !== 'string') continue
    const lengths = text.split(',').map(Number)
    const names = listKeys[loop.name]
    let next = 0
    let first = 0
    forEachParents(geometry.lists, loop, parents => {
      const length = lengths[next++] ?? 0
      const keys = names && new KeyTable()
      for (let at = first; at < first + length; at++) keys?.add(names![at]!)
      first += length
      geometry.know(loop.name, parents, { length, ...(keys && { keys }) })
    })
  }
}
