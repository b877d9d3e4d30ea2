import * as crypto from 'node:crypto'
import type { Blueprint } from '../blueprint/blueprint.js'
import { PLAN_JOB_LIMIT } from '../blueprint/blueprint-limits.js'
import { Table } from '../blueprint/inputs/table.js'
import { ShowrunnerError } from '../model/error/error.js'
import { canonicalJson } from '../model/json.js'
import { DependencyTracker } from './dependencies/dependency-tracker.js'
import type { Edge } from './dependencies/edge.js'
import { assignLayers } from './dependencies/layers.js'
import { needsOf } from './dependencies/needs-of.js'
import { producerLayers } from './dependencies/producer-layers.js'
import { createPlannedJobs } from './geometry/create-planned-jobs.js'
import type { Family } from './geometry/family.js'
import { Geometry } from './geometry/geometry.js'
import { fillKnownLists } from './geometry/known-lists.js'
import type { Selection } from './geometry/selection.js'
import { LoopGrowth } from './growth/loop-growth.js'
import type { ElementKeys, KeysByLoop } from './identity/element-keys.js'
import type { InputValues } from './inputs/input-part.js'
import type { Plan } from './plan.js'
import { type ModelsOf, Targets } from './targets.js'
import { type ArtifactRead, bindReads, bindReviewReads } from './values/artifact-read.js'
import { missingValues } from './values/check-values.js'

/**
 * @param modelsOf the models of providers whose jobs name one each; absent: none do
 * @throws ShowrunnerError `INPUT_INVALID`, `PLAN_TOO_LARGE`, `BLUEPRINT_INVALID`
 */
export function createPlan(blueprint: Blueprint, inputs: InputValues, modelsOf?: ModelsOf): Plan {
  const geometry = new Geometry(blueprint.producers.values(), blueprint.loops.values())
  fillKnownLists(geometry, blueprint, inputs)
  checkSize(geometry)
  geometry.layOut()
  const { families } = geometry
  const byName = new Map(families.map(family => [family.producer.name, family]))
  const reads = families.map(family => bindReads(family, byName))
  const reviewReads = families.map(family => bindReviewReads(family, byName))
  checkInputs([...fixedIndexMistakes(families, reads), ...missingValues(geometry, blueprint, inputs)])
  const edges = edgesOf(families, reads)
  const growth = new LoopGrowth(blueprint, geometry, inputs)
  const createTracker = () => new DependencyTracker(geometry, edges, growth)
  return {
    ...createPlannedJobs(geometry),
    geometry,
    targets: new Targets(families, modelsOf),
    blueprint,
    inputs,
    growth,
    keys: keysByLoop(geometry),
    edges,
    get jobCount() {
      return geometry.jobCount
    },
    layers: geometry.canGrow
      ? producerLayers(geometry, needsOf(edges, families, growth))
      : assignLayers(geometry, createTracker()),
    reads,
    reviewReads,
    readOf: new Map([...reads, ...reviewReads].flat().map(read => [read.reference, read])),
    hash: planHash(blueprint, inputs),
    createTracker,
  }
}

function keysByLoop({ lists }: Geometry): KeysByLoop {
  const byLoop = new Map<string, ElementKeys>()
  for (const { name, parents } of lists.values()) {
    const keys = parents.length === 0 ? lists.get(name)!.at([])?.keys : undefined
    if (keys !== undefined) byLoop.set(name, keys)
  }
  return byLoop
}

/** Before it is laid out: lists that differ are counted one by one, and a product may be beyond all limits. */
function checkSize(geometry: Geometry): void {
  const { jobs: jobCount, artifacts: artifactCount } = geometry.measure()
  if (jobCount <= PLAN_JOB_LIMIT && artifactCount <= PLAN_JOB_LIMIT) return
  throw new ShowrunnerError(
    'PLAN_TOO_LARGE',
    `The plan has ${jobCount} jobs and ${artifactCount} artifacts; at most ${PLAN_JOB_LIMIT} of each fit in one run. Split the inputs into several movies.`,
    { details: { jobCount, artifactCount, limit: PLAN_JOB_LIMIT } },
  )
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
    family.whole === undefined || family.size === 0
      ? []
      : reads[family.index]!.filter(
          ({ producer, output, jobs, artifacts, isOptional }) =>
            !isOptional &&
            producer.whole !== undefined &&
            !(fits(jobs, producer.whole.extents) && fits(artifacts, producer.whole.outputs[output]!.extents)),
        ).map(
          read =>
            `${family.producer.name} reads ${read.reference.source}, which is after the end of its loop. Use a lower index, or add "?" before the closing brace if it may be absent.`,
        ),
  )
}

function fits({ selectors }: Selection, extents: readonly number[]): boolean {
  return selectors.every(
    (selector, dimension) => selector.type !== 'fixed' || selector.index < extents[dimension]!,
  )
}

function edgesOf(families: readonly Family[], reads: readonly (readonly ArtifactRead[])[]): Edge[] {
  const edges = new Map<string, Edge>()
  for (const consumer of families) {
    for (const { producer, jobs } of reads[consumer.index]!) {
      const key = JSON.stringify([consumer.index, producer.index, jobs.selectors])
      if (!edges.has(key)) edges.set(key, { index: edges.size, consumer, producer, selection: jobs })
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
