import { BlueprintError } from '../../../src/blueprint/blueprint-error.js'
import type { BlueprintDefinition } from '../../../src/blueprint/blueprint-schema.js'
import { compileBlueprint } from '../../../src/blueprint/compile/compile-blueprint.js'
import type { Mistake } from '../../../src/diagnostics/mistake.js'

/** What is wrong in a blueprint; empty when nothing is. Any other error is thrown on. */
export function mistakesIn(source: unknown): readonly Mistake[] {
  try {
    compileBlueprint(
      source as string | BlueprintDefinition,
      typeof source === 'string' ? { file: 'b.yaml' } : {},
    )
  } catch (error) {
    if (error instanceof BlueprintError) return error.mistakes
    throw error
  }
  return []
}
