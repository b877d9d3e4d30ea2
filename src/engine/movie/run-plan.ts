import type { JobId, MovieId, RunId } from '../../model/id.js'
import { allReferences } from '../../plan/values/artifact-read.js'
import type { Store } from '../../storage/store.js'
import { type MovieLayout, readLayout } from './movie-layout.js'

/** One producer of a run, as far as its record says. */
export interface PlannedProducer {
  readonly name: string
  readonly description?: string
  readonly provider: string
  readonly model?: string
  /** Its loops, outermost first, with the number of elements of each; of the longest list where they differ. */
  readonly loops: readonly {
    readonly name: string
    readonly size: number
    /** Its elements are named by keys, and not by their positions. */
    readonly hasKeys: boolean
  }[]
  readonly jobCount: number
  readonly outputs: readonly { readonly name: string; readonly type: string }[]
  /** Names of the producers whose outputs it reads. */
  readonly reads: readonly string[]
}

/** What a run was to make, by its record: its producers, and its jobs in the order of the plan. */
export class RunPlan {
  readonly runId: RunId
  readonly producers: readonly PlannedProducer[]
  readonly jobCount: number
  readonly #slots: ReturnType<MovieLayout['createSlots']>

  constructor(layout: MovieLayout) {
    this.runId = layout.runId
    this.#slots = layout.createSlots()
    this.jobCount = this.#slots.jobCount
    this.producers = layout.families.map(({ producer, blocks, size }) => ({
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
  }

  /** @param number from 0, below {@link jobCount} */
  jobIdAt(number: number): JobId {
    return this.#slots.jobIdAt(number)
  }

  /** The job's place in the plan, from 0; undefined when the plan has no such job. */
  numberOf(id: string): number | undefined {
    const number = this.#slots.plannedJob(id)
    return number === -1 ? undefined : number
  }
}

/** Undefined when the record is missing or cannot be read. */
export async function readRunPlan(store: Store, movie: MovieId, runId: RunId): Promise<RunPlan | undefined> {
  const layout = await readLayout(store, movie, runId)
  return layout && new RunPlan(layout)
}

function readsOf(producer: Parameters<typeof allReferences>[0]): string[] {
  const names = new Set<string>()
  for (const { reference } of allReferences(producer))
    if (reference.type === 'artifact') names.add(reference.producer)
  return [...names]
}
