import type { LoopSpec } from '../../blueprint/blueprint.js'
import { parseAddress, type WrittenAddress } from '../../model/artifact-address.js'
import type { ElementName } from '../../model/id.js'
import { type ArtifactId, artifactId, jobId } from '../../model/id.js'
import type { ElementKeys } from '../../plan/identity/element-keys.js'
import { findElements, type NamedExtents } from '../../plan/identity/find-element.js'
import { namesOf } from '../../plan/identity/names-of.js'
import type { Plan } from '../../plan/plan.js'

/** Where an element of a loop stands in an input, such as the row of a table, header not counted. */
export interface RowPlace {
  /** `rows`, or `book.pages` for a list inside an input. */
  readonly input: string
  /** From 1. */
  readonly row: number
}

/** What one producer of a run makes. */
export interface ProducerShape extends NamedExtents {
  /** By loop: the input whose elements it runs over; undefined for one that only counts. */
  readonly inputs: readonly (string | undefined)[]
  /** By output: its own elements; undefined when they are not known. */
  readonly outputs: ReadonlyMap<string, NamedExtents | undefined>
}

/** What a run was to make, as far as ids and rows are concerned. */
export class RunShape {
  readonly #producers: ReadonlyMap<string, ProducerShape>

  constructor(producers: ReadonlyMap<string, ProducerShape>) {
    this.#producers = producers
  }

  /** All jobs of the run, also those that it has not come to. */
  get jobCount(): number {
    let count = 0
    for (const { extents } of this.#producers.values()) count += extents.reduce((all, each) => all * each, 1)
    return count
  }

  /** Whether a job or an artifact is one of this run's. */
  has(id: string): boolean {
    const address = parseAddress(id)
    const shape = address && this.#producers.get(address.producer)
    if (shape === undefined || !fits(address!.elements, shape)) return false
    const { output, outputElements } = address!
    if (output === undefined) return true
    const ofOutput = shape.outputs.get(output)
    return shape.outputs.has(output) && (ofOutput === undefined || fits(outputElements, ofOutput))
  }

  /** The rows that a job is made from. */
  rowsOf(id: string): readonly RowPlace[] {
    const address = parseAddress(id)
    const shape = address && this.#producers.get(address.producer)
    if (shape === undefined) return []
    return shape.inputs.flatMap((input, at) => {
      const name = address!.elements[at]
      const index = name === undefined ? -1 : indexOf(name, shape.keys[at])
      return input === undefined || index === -1 ? [] : [{ input, row: index + 1 }]
    })
  }

  /**
   * The id of the artifact that somebody means: by positions or keys, with or without quotes.
   * @throws ShowrunnerError `USAGE_INVALID` for a number that is one element's key and another one's position
   */
  find({ producer, elements, output, outputElements }: WrittenAddress): ArtifactId | undefined {
    const shape = this.#producers.get(producer)
    const indices = shape && findElements(elements, shape)
    if (indices === undefined || output === undefined || !shape!.outputs.has(output)) return undefined
    const job = jobId(producer, namesOf(indices, shape!.keys))
    const ofOutput = shape!.outputs.get(output)
    const inOutput = ofOutput && findElements(outputElements, ofOutput)
    return inOutput && artifactId(job, output, namesOf(inOutput, ofOutput!.keys))
  }
}

/** The element's place among those of its loop, or -1. A number names one only where there are no keys. */
const indexOf = (name: ElementName, keys: ElementKeys | undefined): number =>
  typeof name === 'number' ? (keys === undefined ? name : -1) : (keys?.find(name) ?? -1)

const fits = (elements: readonly ElementName[], { extents, keys }: NamedExtents): boolean =>
  elements.length === extents.length &&
  elements.every((name, at) => {
    const index = indexOf(name, keys[at])
    return index !== -1 && index < extents[at]!
  })

/** The rows of a job as a part of what is told of it; nothing when it is made from none. */
export function rowsPart(shape: RunShape | undefined, id: string): { readonly rows?: readonly RowPlace[] } {
  const rows = shape?.rowsOf(id) ?? []
  return rows.length === 0 ? {} : { rows }
}

/** The shape of a run of this plan. */
export function shapeOfPlan({ families, blueprint }: Plan): RunShape {
  return new RunShape(
    new Map(
      families.map(({ producer, extents, keys, outputs }) => [
        producer.name,
        {
          extents,
          keys,
          inputs: producer.loops.map(loop => inputOf(blueprint.loops.get(loop))),
          outputs: new Map(outputs.map(output => [output.spec.name, output])),
        },
      ]),
    ),
  )
}

function inputOf(loop: LoopSpec | undefined): string | undefined {
  return loop?.type === 'over' ? [loop.over.input, ...loop.over.path].join('.') : undefined
}
