import * as crypto from 'node:crypto'
import type { Blueprint } from '../blueprint/blueprint.js'
import { PLAN_JOB_LIMIT } from '../blueprint/blueprint-limits.js'
import { type RowList, Table } from '../blueprint/inputs/table.js'
import { ShowrunnerError } from '../model/error/error.js'
import { canonicalJson } from '../model/json.js'
import { DependencyTracker } from './geometry/dependency-tracker.js'
import { createEdge, type Edge } from './geometry/edge.js'
import { elementsOf, type InputValues, resolveExtents } from './geometry/extents.js'
import { type Family, layOutFamilies } from './geometry/family.js'
import { assignLayers } from './geometry/layers.js'
import { lastAtOrBefore, PlanSlots } from './geometry/plan-slots.js'
import type { KeysByLoop } from './identity/element-keys.js'
import { keyMistake } from './identity/key-mistake.js'
import { KeyTable } from './identity/key-table.js'
import { readKeys } from './identity/read-keys.js'
import type { Plan } from './plan.js'
import { type ArtifactRead, bindReads } from './values/artifact-read.js'
import { missingValues } from './values/check-values.js'
import type { Selection } from './values/selection.js'

/** @throws ShowrunnerError `INPUT_INVALID`, `PLAN_TOO_LARGE`, `BLUEPRINT_INVALID` */
export function createPlan(blueprint: Blueprint, inputs: InputValues): Plan {
  const elements = elementsByLoop(blueprint, inputs)
  const keys = keysByLoop(blueprint, elements)
  const families = layOutFamilies(blueprint.producers.values(), resolveExtents(blueprint, inputs), keys)
  const jobCount = families.reduce((sum, family) => sum + family.size, 0)
  const artifactCount = families.reduce((sum, family) => sum + family.size * family.artifactsPerJob, 0)
  checkSize(jobCount, artifactCount)
  const byName = new Map(families.map(family => [family.producer.name, family]))
  const reads = families.map(family => bindReads(family, byName))
  checkInputs([...fixedIndexMistakes(families, reads), ...missingValues(families, inputs, elements)])
  const edges = edgesOf(families, reads)
  const familyOf = (job: number) => lastAtOrBefore(families, job, family => family.firstJob)
  const familyOfArtifact = (slot: number) => lastAtOrBefore(families, slot, family => family.firstArtifact)
  const createTracker = () => new DependencyTracker(families, edges, jobCount)
  return {
    blueprint,
    inputs,
    families,
    edges,
    jobCount,
    artifactCount,
    layers: assignLayers(createTracker(), familyOf, jobCount),
    elements,
    keys,
    reads,
    readOf: new Map(reads.flat().map(read => [read.reference, read])),
    hash: planHash(blueprint, inputs),
    createSlots: () => new PlanSlots(families, jobCount, artifactCount),
    createTracker,
    familyOf,
    jobOfArtifact(slot) {
      const { firstJob, firstArtifact, artifactsPerJob } = familyOfArtifact(slot)
      return firstJob + Math.floor((slot - firstArtifact) / artifactsPerJob)
    },
    artifactsOf(job) {
      const { firstJob, firstArtifact, artifactsPerJob } = familyOf(job)
      const first = firstArtifact + (job - firstJob) * artifactsPerJob
      return Array.from({ length: artifactsPerJob }, (_, at) => first + at)
    },
  }
}

function checkSize(jobCount: number, artifactCount: number): void {
  if (jobCount <= PLAN_JOB_LIMIT && artifactCount <= PLAN_JOB_LIMIT) return
  throw new ShowrunnerError(
    'PLAN_TOO_LARGE',
    `The plan has ${jobCount} jobs and ${artifactCount} artifacts; at most ${PLAN_JOB_LIMIT} of each fit in one run. Split the inputs into several movies.`,
    { details: { jobCount, artifactCount, limit: PLAN_JOB_LIMIT } },
  )
}

function elementsByLoop(blueprint: Blueprint, inputs: InputValues): Map<string, RowList> {
  return new Map(
    [...blueprint.loops.values()].flatMap(loop =>
      loop.type === 'over' ? [[loop.name, elementsOf(loop, inputs)] as const] : [],
    ),
  )
}

function keysByLoop({ loops }: Blueprint, elements: ReadonlyMap<string, RowList>): KeysByLoop {
  const byLoop = new Map<string, KeyTable>()
  const mistakes: string[] = []
  for (const [loop, rows] of elements) {
    const spec = loops.get(loop)
    if (spec?.type !== 'over' || spec.key === undefined) continue
    const keys = readKeys(rows, spec.key)
    if (keys instanceof KeyTable) byLoop.set(loop, keys)
    else mistakes.push(keyMistake(loop, rows, keys))
  }
  checkInputs(mistakes)
  return byLoop
}

function checkInputs(mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw new ShowrunnerError('INPUT_INVALID', mistakes.join('\n'))
}

/** A fixed index after the end of its loop can only be found here, where the inputs are. */
function fixedIndexMistakes(
  families: readonly Family[],
  reads: readonly (readonly ArtifactRead[])[],
): string[] {
  return families.flatMap(family =>
    family.size === 0
      ? []
      : reads[family.index]!.filter(
          read => !read.isOptional && !(fits(read.jobs) && fits(read.artifacts)),
        ).map(
          read =>
            `${family.producer.name} reads ${read.reference.source}, which is after the end of its loop. Use a lower index, or add "?" before the closing brace if it may be absent.`,
        ),
  )
}

function fits(selection: Selection): boolean {
  return selection.selectors.every(
    (selector, dimension) => selector.type !== 'fixed' || selector.index < selection.extents[dimension]!,
  )
}

function edgesOf(families: readonly Family[], reads: readonly (readonly ArtifactRead[])[]): Edge[] {
  const edges = new Map<string, Edge>()
  for (const consumer of families) {
    for (const { producer, jobs } of reads[consumer.index]!) {
      const key = JSON.stringify([consumer.index, producer.index, jobs.selectors])
      if (!edges.has(key)) edges.set(key, createEdge(edges.size, consumer, producer, jobs))
    }
  }
  return [...edges.values()]
}

const HASH_ROWS = 1_000

function planHash(blueprint: Blueprint, inputs: InputValues): string {
  const hash = crypto.createHash('sha256').update(canonicalJson(blueprint.definition))
  for (const name of [...inputs.keys()].sort()) {
    const value = inputs.get(name)!
    hash.update(`\n${JSON.stringify(name)}:`)
    if (value instanceof Table)
      for (let at = 0; at < value.length; at += HASH_ROWS)
        hash.update(`[${[...value.jsonTexts(at, Math.min(at + HASH_ROWS, value.length))].join()}]`)
    else if (!Array.isArray(value)) hash.update(JSON.stringify(value))
    else
      for (let at = 0; at < value.length; at += HASH_ROWS)
        hash.update(JSON.stringify(value.slice(at, at + HASH_ROWS)))
  }
  return hash.digest('hex')
}
