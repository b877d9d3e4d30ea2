import type { ArtifactReference, ProducerSpec, Reference, Template } from '../../blueprint/blueprint.js'
import type { Condition } from '../../model/condition/condition.js'
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

export function* referencesIn(template: Template): IterableIterator<Reference> {
  switch (template.type) {
    case 'literal':
      return
    case 'reference':
      yield template.reference
      return
    case 'text':
      for (const part of template.parts) if (typeof part !== 'string') yield part
      return
    case 'list':
      for (const item of template.items) yield* referencesIn(item)
      return
    case 'object':
      for (const [, value] of template.entries) yield* referencesIn(value)
      return
  }
}

function* referencesOf(
  condition: Condition<Template>,
): IterableIterator<{ reference: Reference; isOptional: boolean }> {
  if (condition.type !== 'test') {
    for (const part of condition.conditions) yield* referencesOf(part)
    return
  }
  const asksExistence = condition.operators.some(({ operator }) => operator === 'exists')
  for (const reference of referencesIn(condition.value))
    yield { reference, isOptional: asksExistence || reference.isOptional }
  for (const { operand } of condition.operators)
    for (const reference of referencesIn(operand)) yield { reference, isOptional: reference.isOptional }
}

/** Every artifact reference of a producer's `with` and `when`, bound. */
export function bindReads(consumer: Family, familyByName: ReadonlyMap<string, Family>): ArtifactRead[] {
  const reads: ArtifactRead[] = []
  for (const { reference, isOptional } of allReferences(consumer.producer)) {
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
