import type { BlueprintShape, InputName, ProducerName } from './blueprint-shape.js'

/** A row of a table: an object with its columns. */
export type Row = object

type TypeOf<Input> = Input extends { readonly type: infer Type } ? Type : Input

type ValueOfType<Type> = Type extends 'text'
  ? string
  : Type extends 'number' | 'integer'
    ? number
    : Type extends 'boolean'
      ? boolean
      : Type extends 'table'
        ? readonly Row[]
        : unknown

/** A value of an input: one of its `options` where it has some. `default: null` lets it be null as well. */
type ValueOf<Input> =
  | (Input extends { readonly options: readonly (infer Option)[] } ? Option : ValueOfType<TypeOf<Input>>)
  | (Input extends { readonly default: null } ? null : never)

type OptionalName<Blueprint extends BlueprintShape> = {
  [Name in InputName<Blueprint>]: NonNullable<Blueprint['inputs']>[Name] extends { readonly default: unknown }
    ? Name
    : never
}[InputName<Blueprint>]

type RequiredName<Blueprint extends BlueprintShape> = Exclude<InputName<Blueprint>, OptionalName<Blueprint>>

/** The inputs of a blueprint by name; those with a default may be left out. */
export type InputsOf<Blueprint extends BlueprintShape> = {
  readonly [Name in RequiredName<Blueprint>]: ValueOf<NonNullable<Blueprint['inputs']>[Name]>
} & {
  readonly [Name in OptionalName<Blueprint>]?: ValueOf<NonNullable<Blueprint['inputs']>[Name]> | undefined
}

/** The part of a request that says what is made, from what. `inputs` may be left out when all of them have a default. */
export type InputsPart<Source> = [Source] extends [never]
  ? OpenInputs
  : [Source] extends [BlueprintShape]
    ? string extends InputName<Source> | ProducerName<Source>
      ? OpenInputs
      : [RequiredName<Source>] extends [never]
        ? { readonly inputs?: InputsOf<Source> | undefined }
        : { readonly inputs: InputsOf<Source> }
    : OpenInputs

interface OpenInputs {
  /** By input name; checked against the blueprint. @default {} */
  readonly inputs?: Readonly<Record<string, unknown>> | undefined
}
