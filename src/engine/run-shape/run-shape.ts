import type { LoopSpec } from '../../blueprint/blueprint.js'
import { parseAddress } from '../../model/artifact-address.js'
import type { Plan } from '../../plan/plan.js'

/** Where an element of a loop stands in an input, such as the row of a table, header not counted. */
export interface RowPlace {
  /** `rows`, or `book.pages` for a list inside an input. */
  readonly input: string
  /** From 1. */
  readonly row: number
}

/** What one producer of a run makes. */
export interface ProducerShape {
  readonly extents: readonly number[]
  /** By loop: the input whose elements it runs over; undefined for one that only counts. */
  readonly inputs: readonly (string | undefined)[]
  /** By output: its own extents; undefined when they are not known. */
  readonly outputs: ReadonlyMap<string, readonly number[] | undefined>
}

/** What a run was to make, as far as ids and rows are concerned. */
export class RunShape {
  readonly #producers: ReadonlyMap<string, ProducerShape>

  constructor(producers: ReadonlyMap<string, ProducerShape>) {
    this.#producers = producers
  }

  /** Whether a job or an artifact is one of this run's. */
  has(id: string): boolean {
    const address = parseAddress(id)
    const shape = address && this.#producers.get(address.producer)
    if (shape === undefined || !fits(address!.indices, shape.extents)) return false
    const { output, outputIndices } = address!
    if (output === undefined) return true
    const extents = shape.outputs.get(output)
    return shape.outputs.has(output) && (extents === undefined || fits(outputIndices, extents))
  }

  /** The rows that a job is made from. */
  rowsOf(id: string): readonly RowPlace[] {
    const address = parseAddress(id)
    const { inputs = [] } = (address && this.#producers.get(address.producer)) ?? {}
    return inputs.flatMap((input, at) => {
      const index = address!.indices[at]
      return input === undefined || index === undefined ? [] : [{ input, row: index + 1 }]
    })
  }
}

/** The rows of a job as a part of what is told of it; nothing when it is made from none. */
export function rowsPart(shape: RunShape | undefined, id: string): { readonly rows?: readonly RowPlace[] } {
  const rows = shape?.rowsOf(id) ?? []
  return rows.length === 0 ? {} : { rows }
}

const fits = (indices: readonly number[], extents: readonly number[]): boolean =>
  indices.length === extents.length && indices.every((index, at) => index < extents[at]!)

/** The shape of a run of this plan. */
export function shapeOfPlan({ families, blueprint }: Plan): RunShape {
  return new RunShape(
    new Map(
      families.map(({ producer, extents, outputs }) => [
        producer.name,
        {
          extents,
          inputs: producer.loops.map(loop => inputOf(blueprint.loops.get(loop))),
          outputs: new Map(outputs.map(output => [output.spec.name, output.extents])),
        },
      ]),
    ),
  )
}

function inputOf(loop: LoopSpec | undefined): string | undefined {
  return loop?.type === 'over' ? [loop.over.input, ...loop.over.path].join('.') : undefined
}
