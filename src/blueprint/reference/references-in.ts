import type { Condition } from '../../model/condition/condition.js'
import type { Reference, Template } from '../blueprint.js'

/** Every reference of a template, however deep it stands. */
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
      for (const [, item] of template.entries) yield* referencesIn(item)
      return
  }
}

/** Every reference of a condition; those under `exists` are optional by themselves. */
export function* referencesOf(
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
