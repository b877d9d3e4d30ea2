import type { InputType, LoopSpec } from '../blueprint.js'

/**
 * The names of a blueprint, gathered before references are looked up. What was declared with a mistake is
 * `undefined`: it is known, but nothing more is said about it, so that one mistake does not look like many.
 */
export interface NameTable {
  /** `undefined`: the section cannot be read. */
  readonly inputs: ReadonlyMap<string, InputType | undefined> | undefined
  readonly loops: ReadonlyMap<string, LoopSpec | undefined> | undefined
  readonly producers: ReadonlyMap<string, ProducerOutline>
}

export interface ProducerOutline {
  readonly loops: readonly string[] | undefined
  readonly outputs: ReadonlyMap<string, OutputOutline> | undefined
}

export interface OutputOutline {
  readonly name: string
  readonly type: string | undefined
  readonly loops: readonly string[] | undefined
}
