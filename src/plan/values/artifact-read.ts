import type { ArtifactReference, ProducerSpec, Reference } from '../../blueprint/blueprint.js'
import { referencesIn, referencesOf } from '../../blueprint/reference/references-in.js'
import type { Family } from '../geometry/family.js'
import { bindSelection, type Selection } from '../geometry/selection.js'

/** A reference to artifacts, bound to the families it connects. */
export interface ArtifactRead {
  readonly reference: ArtifactReference
  readonly producer: Family
  /** Place among the producer's outputs. */
  readonly output: number
  readonly jobs: Selection
  readonly artifacts: Selection
  readonly isFanIn: boolean
  /** Absent is fine: written with `?`, or only asked for by `exists`. */
  readonly isOptional: boolean
}

/** Every artifact reference of a producer's `with` and `when`, bound. */
export const bindReads = (
  consumer: Family,
  familyByName: ReadonlyMap<string, Family>,
): readonly ArtifactRead[] => bindAll(allReferences(consumer.producer), consumer, familyByName)

/** Every artifact reference of the condition of a producer's `review`, bound. */
export function bindReviewReads(
  family: Family,
  familyByName: ReadonlyMap<string, Family>,
): readonly ArtifactRead[] {
  const when = family.producer.review?.when
  return when === undefined ? [] : bindAll(referencesOf(when), family, familyByName)
}

function bindAll(
  references: Iterable<{ reference: Reference; isOptional: boolean }>,
  consumer: Family,
  familyByName: ReadonlyMap<string, Family>,
): readonly ArtifactRead[] {
  const reads: ArtifactRead[] = []
  for (const { reference, isOptional } of references) {
    if (reference.type !== 'artifact') continue
    const producer = familyByName.get(reference.producer)!
    const output = [...producer.producer.outputs.keys()].indexOf(reference.output)
    const loops = consumer.producer.loops
    const jobs = bindSelection(reference.selectors, loops)
    const artifacts = bindSelection(reference.outputSelectors, loops)
    const isFanIn = jobs.isFanIn || artifacts.isFanIn
    reads.push({ reference, producer, output, jobs, artifacts, isFanIn, isOptional })
  }
  return reads
}

/** Every reference of a producer's `with` and `when`; those under `exists` are optional by themselves. */
export function* allReferences(
  producer: ProducerSpec,
): IterableIterator<{ reference: Reference; isOptional: boolean }> {
  for (const template of producer.with.values())
    for (const reference of referencesIn(template)) yield { reference, isOptional: reference.isOptional }
  if (producer.when) yield* referencesOf(producer.when)
}
