import type { MovieId, RunId } from '../../model/id.js'
import { growByEvent } from '../../plan/growth/grow-by-event.js'
import { allReferences } from '../../plan/values/artifact-read.js'
import type { Store } from '../../storage/store.js'
import { type MovieLayout, readLayout } from './movie-layout.js'
import type { PlannedProducer, RunPlan } from './run-plan.js'

/** Undefined when the record is missing or cannot be read. */
export async function readRunPlan(store: Store, movie: MovieId, runId: RunId): Promise<RunPlan | undefined> {
  const layout = await readLayout(store, movie, runId)
  return layout && runPlanOf(layout)
}

function readsOf(producer: Parameters<typeof allReferences>[0]): string[] {
  const names = new Set<string>()
  for (const { reference } of allReferences(producer))
    if (reference.type === 'artifact') names.add(reference.producer)
  return [...names]
}

function runPlanOf(layout: MovieLayout): RunPlan {
  const slots = layout.createSlots()
  const orders: KnownOrder = {}
  return {
    runId: layout.runId,
    producers: plannedProducers(layout),
    get jobCount() {
      return layout.geometry.jobCount
    },
    jobIdAt: number => slots.jobIdAt(number),
    producerOf: number => layout.geometry.blockOf(number).family,
    order: () => orderOf(layout, orders),
    grow: expansion => growByEvent(layout.geometry, expansion),
    numberOf(id) {
      const number = slots.plannedJob(id)
      return number === -1 ? undefined : number
    },
  }
}

/** The last order, as long as no job has come. */
interface KnownOrder {
  jobCount?: number
  order?: Uint32Array
}

function orderOf({ geometry, families }: MovieLayout, known: KnownOrder): Uint32Array | undefined {
  if (!geometry.canGrow) return undefined
  if (known.jobCount === geometry.jobCount) return known.order
  const order = new Uint32Array(geometry.jobCount)
  let at = 0
  for (const family of families) {
    const blocks = family.blocks.map(block => ({ block, first: family.indicesOf(block.firstJob) }))
    blocks.sort((a, b) => compare(a.first, b.first))
    for (const { block } of blocks)
      for (let job = block.firstJob; job < block.firstJob + block.size; job++) order[at++] = job
  }
  known.jobCount = geometry.jobCount
  known.order = order
  return order
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((index, dimension) => index !== b[dimension])
  return at === -1 ? 0 : a[at]! - b[at]!
}

const plannedProducers = (layout: MovieLayout): PlannedProducer[] =>
  layout.families.map(({ producer, blocks, size }) => ({
    name: producer.name,
    ...(producer.description !== undefined && { description: producer.description }),
    ...layout.services.get(producer.name)!,
    loops: producer.loops.map((name, at) => ({
      name,
      size: blocks.reduce((most, { base, extents }) => Math.max(most, (base?.[at] ?? 0) + extents[at]!), 0),
      hasKeys: layout.keys.has(name),
    })),
    jobCount: size,
    outputs: [...producer.outputs.values()].map(({ name, type }) => ({ name, type })),
    reads: readsOf(producer),
  }))
