import { BlueprintError, type Mistake } from '../../src/plan/blueprint/blueprint-error.js'
import type { BlueprintDefinition } from '../../src/plan/blueprint/blueprint-schema.js'
import { compileBlueprint } from '../../src/plan/blueprint/compile-blueprint.js'

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
