import type { BlueprintDefinition } from './blueprint-schema.js'

/** Gives a blueprint written in TypeScript its type. It is checked when it is planned or run. */
export function defineBlueprint<Definition extends BlueprintDefinition>(definition: Definition): Definition {
  return definition
}
