import type { BlueprintDefinition } from '../blueprint-schema.js'

type ReadonlyDeep<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: ReadonlyDeep<Value[Key]> }
    : Value

/** A blueprint's definition that is only read, as `defineBlueprint` infers it. */
export type BlueprintShape = ReadonlyDeep<BlueprintDefinition>

/** The names of a section, where they are known; every text where they are not. */
type NamesOf<Section> = Section extends object ? keyof Section & string : never

export type InputName<Blueprint extends BlueprintShape> = NamesOf<Blueprint['inputs']>
export type LoopName<Blueprint extends BlueprintShape> = NamesOf<Blueprint['loops']>
export type ProducerName<Blueprint extends BlueprintShape> = NamesOf<Blueprint['producers']>

/** True for a definition whose names TypeScript does not know: read from a file, or put together at run time. */
export type IsOpen<Blueprint extends BlueprintShape> = string extends ProducerName<Blueprint> ? true : false

/** The loops of a producer or an output, as a list. */
export type LoopsOf<Part> = Part extends { readonly loop: infer Loop }
  ? Loop extends readonly string[]
    ? Loop
    : Loop extends string
      ? readonly [Loop]
      : readonly []
  : readonly []
