import type { MovieId, RunId } from '../../model/id.js'
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
  return {
    runId: layout.runId,
    producers: plannedProducers(layout),
    jobCount: slots.jobCount,
    jobIdAt: number => slots.jobIdAt(number),
    numberOf(id) {
      const number = slots.plannedJob(id)
      return number === -1 ? undefined : number
    },
  }
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
