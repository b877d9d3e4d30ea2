import type { BlueprintShape, InputName, IsOpen, LoopName, LoopsOf, ProducerName } from './blueprint-shape.js'

/*
 * What TypeScript can see of a blueprint's mistakes: names in `${…}` that stand for nothing. The compiler of blueprints
 * finds these and all others when it is planned or run, and wherever types are not looked at.
 */

/** No text has this: the compiler names it, and so says what is wrong. */
interface Mistake<Message extends string> {
  readonly mistake: Message
}

type UpTo<Text extends string, Mark extends string> = Text extends `${infer Head}${Mark}${string}`
  ? Head
  : Text
type Trim<Text extends string> = Text extends ` ${infer Rest}` | `${infer Rest} ` ? Trim<Rest> : Text

/** `Picture` of `Picture[page-1].Image?` */
type NameIn<Text extends string> = Trim<UpTo<UpTo<UpTo<Text, '.'>, '['>, '?'>>
/** `Image` of `Picture[page-1].Image?` */
type SecondNameIn<Text extends string> = Text extends `${string}.${infer Rest}` ? NameIn<Rest> : ''

type OutputName<Blueprint extends BlueprintShape, Producer> = Producer extends keyof Blueprint['producers']
  ? keyof Blueprint['producers'][Producer]['outputs'] & string
  : never

/** What is wrong with one reference, `never` when nothing is. */
type FaultOf<Blueprint extends BlueprintShape, Text extends string> =
  NameIn<Text> extends 'inputs'
    ? UnknownName<'input', SecondNameIn<Text>, InputName<Blueprint>>
    : NameIn<Text> extends 'index'
      ? UnknownName<'loop', SecondNameIn<Text>, LoopName<Blueprint>>
      : NameIn<Text> extends LoopName<Blueprint>
        ? never
        : NameIn<Text> extends ProducerName<Blueprint>
          ? UnknownName<`output of ${NameIn<Text>}`, SecondNameIn<Text>, OutputName<Blueprint, NameIn<Text>>>
          : UnknownName<'loop or producer', NameIn<Text>, never>

type UnknownName<What extends string, Name extends string, Known extends string> = Name extends Known
  ? never
  : `There is no ${What} "${Name}"`

/** What is wrong with the references of a text; `$${` is none. */
type FaultsIn<
  Blueprint extends BlueprintShape,
  Text extends string,
> = Text extends `${infer Before}\${${infer Reference}}${infer Rest}`
  ? (Before extends `${string}$` ? never : FaultOf<Blueprint, Trim<Reference>>) | FaultsIn<Blueprint, Rest>
  : never

type CheckedValue<Blueprint extends BlueprintShape, Value> = Value extends string
  ? [FaultsIn<Blueprint, Value>] extends [never]
    ? Value
    : Mistake<FaultsIn<Blueprint, Value>>
  : Value extends object
    ? { readonly [Key in keyof Value]: CheckedValue<Blueprint, Value[Key]> }
    : Value

type CheckedLoop<Blueprint extends BlueprintShape, Part> =
  LoopsOf<Part>[number] extends LoopName<Blueprint>
    ? unknown
    : { readonly loop: Mistake<`There is no loop "${Exclude<LoopsOf<Part>[number], LoopName<Blueprint>>}"`> }

type CheckedProducer<Blueprint extends BlueprintShape, Producer> = CheckedLoop<Blueprint, Producer> & {
  readonly [Field in keyof Producer]: Field extends 'with' | 'when' | 'review'
    ? CheckedValue<Blueprint, Producer[Field]>
    : unknown
}

/** The definition with a type that says the mistake in the place of each reference that stands for nothing. */
export type CheckedReferences<Blueprint extends BlueprintShape> =
  IsOpen<Blueprint> extends true
    ? unknown
    : {
        readonly loops?: CheckedValue<Blueprint, Blueprint['loops']>
        readonly producers: {
          readonly [Name in keyof Blueprint['producers']]: CheckedProducer<
            Blueprint,
            Blueprint['producers'][Name]
          >
        }
      }
