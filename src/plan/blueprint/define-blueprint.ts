import type { BlueprintDefinition } from './blueprint-schema.js'

/** Gives a blueprint written in TypeScript its type. It is checked when it is planned or run. */
export function defineBlueprint(definition: BlueprintDefinition): BlueprintDefinition {
  return definition
}
