import { Table } from '../../blueprint/inputs/table.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { MovieId, RunId } from '../../model/id.js'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import { roundCost } from '../../model/provider/price.js'
import type { Family } from '../../plan/geometry/family.js'
import { elementDigests, pathsRead } from '../../plan/identity/element-digests.js'
import { changedParts, type SettingsParts, settingsParts } from '../../plan/up-to-date/settings-parts.js'
import type { Store } from '../../storage/store.js'
import { PlannedLists } from '../elements/planned-lists.js'
import type { RunEstimate } from '../estimate/estimate-run.js'
import { type MovieLayout, readLayout } from '../movie/movie-layout.js'
import { recordedElements, recordedValues } from '../movie/recorded-elements.js'
import type { PreparedPlan } from '../planning/prepared-plan.js'
import { RecordRedaction } from '../run/record-redaction.js'
import type { ActionGroups } from './action-groups.js'
import { compareLists } from './compare-lists.js'
import { definitionChanges, settingChange, shownSetting } from './definition-changes.js'
import type { LoopComparison, PlanComparison, ProducerComparison, SettingChange } from './plan-comparison.js'
import { type RecordedBlueprint, readRecordedBlueprint } from './recorded-blueprint.js'

/**
 * What a plan would make, against what an earlier run was to make, by its record.
 * @throws ShowrunnerError `USAGE_INVALID` when there is no record of that run
 */
export async function comparePlan(
  store: Store,
  prepared: PreparedPlan,
  runId: RunId,
  found: { readonly groups: ActionGroups; readonly estimate: RunEstimate },
): Promise<PlanComparison> {
  const { movieId, plan } = prepared
  const recorded = await readRecordedBlueprint(store, movieId, runId)
  const layout = await readLayout(store, movieId, runId)
  if (recorded === undefined || layout === undefined) throw noRecord(movieId, runId)
  const redaction = new RecordRedaction(process.env)
  const definition = JSON.parse(
    redaction.text(JSON.stringify(redaction.definition(plan.blueprint.definition))),
  ) as JsonObject
  const removed = removedJobs(layout, prepared)
  const sides = { recorded, definition, removed, ...found }
  const names = new Set(plan.families.map(({ producer }) => producer.name))
  return {
    runId,
    producers: plan.families.map(family => compareProducer(family, prepared, sides)),
    removedProducers: layout.families
      .filter(({ producer }) => !names.has(producer.name))
      .map(({ producer, size }) => ({ producer: producer.name, jobs: size })),
    loops: await compareLoops(store, prepared, layout),
    inputs: await compareInputs(store, prepared, runId, redaction),
  }
}

interface Sides {
  readonly recorded: RecordedBlueprint
  readonly definition: JsonObject
  readonly removed: ReadonlyMap<string, number>
  readonly groups: ActionGroups
  readonly estimate: RunEstimate
}

function compareProducer(family: Family, { bindings }: PreparedPlan, sides: Sides): ProducerComparison {
  const { name } = family.producer
  const tally = sides.groups.of(family)
  const estimate = sides.estimate.producers.find(({ producer }) => producer === name)
  const cost = (jobs: number) =>
    estimate?.costUsd === undefined ? {} : { costUsd: roundCost(jobs * estimate.costUsd) }
  const groups = tally.groups.sort((a, b) => b.jobs - a.jobs)
  const jobs = groups.reduce((sum, group) => sum + group.jobs, 0)
  const before = producerIn(sides.recorded.blueprint, name)
  const binding = bindings[family.index]!
  return {
    producer: name,
    ...(before === undefined && { isNew: true as const }),
    groups: groups.map(group => ({ ...group, ...cost(group.jobs) })),
    free: tally.free,
    same: tally.same,
    removed: sides.removed.get(name) ?? 0,
    calls: estimate === undefined ? 0 : jobs,
    ...cost(jobs),
    settings:
      before === undefined
        ? []
        : settingChanges(
            definitionChanges(before, producerIn(sides.definition, name)),
            sides.recorded.settings[name],
            settingsParts(family, binding),
          ),
  }
}

/** What the blueprint says, and the names of what only the digests tell: the config file, or a value that is masked. */
function settingChanges(
  written: readonly SettingChange[],
  before: JsonValue | undefined,
  after: SettingsParts,
): SettingChange[] {
  if (!isJsonObject(before) || !isJsonObject(before.parts)) return [...written]
  const told = written.map(({ setting }) => setting)
  const others = changedParts(before as unknown as SettingsParts, after).filter(
    name => !told.some(setting => setting === name || setting.startsWith(`${name}.`)),
  )
  return [...written, ...others.map(setting => ({ setting }))]
}

function producerIn({ producers }: JsonObject, name: string): JsonValue | undefined {
  return isJsonObject(producers) ? producers[name] : undefined
}

/** Jobs of the earlier run that the plan does not have, by producers that both have. */
function removedJobs(layout: MovieLayout, { plan }: PreparedPlan): ReadonlyMap<string, number> {
  const now = plan.createSlots()
  const then = layout.createSlots()
  const removed = new Map<string, number>()
  for (const { producer, blocks } of layout.families) {
    let count = 0
    for (const { firstJob, size } of blocks)
      for (let job = firstJob; job < firstJob + size; job++)
        if (now.plannedJob(then.jobIdAt(job)) === -1) count++
    removed.set(producer.name, count)
  }
  return removed
}

async function compareLoops(
  store: Store,
  { movieId, plan }: PreparedPlan,
  layout: MovieLayout,
): Promise<LoopComparison[]> {
  const compared: LoopComparison[] = []
  const planned = new PlannedLists(plan)
  for (const loop of plan.blueprint.loops.values()) {
    const old = layout.loops.get(loop.name)
    const isPlain = loop.type === 'over' && loop.over.type === 'input' && loop.parents.length === 0
    if (!isPlain || old?.type !== 'over' || old.parents.length > 0) continue
    const paths = pathsRead(plan.blueprint, loop.name)
    const elements: JsonValue[] = []
    for await (const element of recordedElements(store, movieId, layout.runId, old))
      elements.push(element ?? null)
    const current = planned.elements(loop.name, [])
    const comparison = compareLists(
      loop.name,
      { digests: elementDigests(elements, paths), keys: layout.keys.get(loop.name) },
      { digests: elementDigests(current, paths), keys: plan.keys.get(loop.name) },
    )
    if (comparison) compared.push(comparison)
  }
  return compared
}

/** Of inputs that are no lists. */
async function compareInputs(
  store: Store,
  { movieId, plan }: PreparedPlan,
  runId: RunId,
  redaction: RecordRedaction,
): Promise<SettingChange[]> {
  const before = await recordedValues(store, movieId, runId)
  const changes: SettingChange[] = []
  for (const [name, value] of plan.inputs) {
    if (value instanceof Table || Array.isArray(value)) continue
    const now = JSON.parse(
      redaction.text(JSON.stringify(redaction.value(value, redaction.isSecretName(name)))),
    )
    const [old, current] = [before.get(name), shownSetting(now as JsonValue)]
    const then = old === undefined ? undefined : shownSetting(old)
    if (then !== current) changes.push(settingChange(name, then, current))
  }
  return changes
}

const noRecord = (movieId: MovieId, runId: string): ShowrunnerError =>
  new ShowrunnerError(
    'USAGE_INVALID',
    `There is no record of a run "${runId.slice(0, 80)}" of "${movieId}" to compare with. Leave the run out to compare with the last one; "showrunner log ${movieId} --type run.started" lists them.`,
  )
