import type { BlueprintShape, IsOpen, LoopsOf, ProducerName } from '../../blueprint/typing/blueprint-shape.js'
import type { SchemaValue } from '../../blueprint/typing/schema-value.js'
import type { JobId } from '../../model/id.js'
import type { JsonValue } from '../../model/json.js'
import type { SignalOptions } from '../signal/signal-options.js'
import type { ElementKey, JobKey, JobOutputs } from './job-outputs.js'
import type { OutputBlob } from './output-blob.js'

type Producers<Blueprint extends BlueprintShape> = Blueprint['producers']

/** As lists in lists, one for each loop. */
type Nested<Loops extends readonly string[], Value> = Loops extends readonly [
  string,
  ...infer Inner extends readonly string[],
]
  ? readonly Nested<Inner, Value>[]
  : Value

type TypeOf<Output> = Output extends { readonly type: infer Type } ? Type : Output

type ValueOf<Type, Json> = Type extends 'text'
  ? string
  : Type extends 'number'
    ? number
    : Type extends 'boolean'
      ? boolean
      : Type extends 'json'
        ? Json
        : Type extends `${string}/${string}`
          ? OutputBlob
          : unknown

/** What a `json` output holds: what the schema in the producer's config says, as language models are asked for it. */
type JsonOf<Producer, Name> = Producer extends {
  readonly config: { readonly schema: infer Schema }
  readonly outputs: infer Outputs
}
  ? [keyof Outputs] extends [Name]
    ? SchemaValue<Schema>
    : SchemaValue<Schema> extends { readonly [Key in Name & string]: infer Value }
      ? Value
      : JsonValue
  : JsonValue

/** The outputs of a job by name: texts, numbers, JSON, and handles of bytes; lists of them for one spread over loops. */
export type OutputsOf<Producer> = Producer extends { readonly outputs: infer Outputs }
  ? {
      readonly [Name in keyof Outputs]: Nested<
        LoopsOf<Outputs[Name]>,
        ValueOf<TypeOf<Outputs[Name]>, JsonOf<Producer, Name>>
      >
    }
  : never

/** The key of a job: nothing without a loop, an element's key for one, a list of them for several. */
type KeyOf<Producer> =
  LoopsOf<Producer> extends readonly []
    ? undefined
    : LoopsOf<Producer> extends readonly [string]
      ? ElementKey
      : readonly ElementKey[]

/** What one of these jobs has made: a union over the producers, told apart by `producer`. */
export type MadeBy<Source> = Source extends BlueprintShape
  ? IsOpen<Source> extends true
    ? JobOutputs
    : {
        [Name in ProducerName<Source>]: {
          /** The producer's name. */
          readonly producer: Name
          /** Its id, `Producer:Picture[3]`. */
          readonly jobId: JobId
          /** What the element of its loop is named by; undefined without a loop. */
          readonly key: KeyOf<Producers<Source>[Name]>
          /** It was there before this run, which had nothing to do for it. */
          readonly isCached: boolean
        } & OutputsOf<Producers<Source>[Name]>
      }[ProducerName<Source>]
  : JobOutputs

/** The producers that may be asked for. */
export type ProducerOf<Source> = Source extends BlueprintShape ? ProducerName<Source> : string

/** What a job of that producer has made. */
export type OutputsNamed<Source, Name extends string> = Source extends BlueprintShape
  ? IsOpen<Source> extends true
    ? Readonly<Record<string, unknown>>
    : OutputsOf<Producers<Source>[Name]>
  : Readonly<Record<string, unknown>>

type KeyNamed<Source, Name extends string> = Source extends BlueprintShape
  ? IsOpen<Source> extends true
    ? JobKey
    : KeyOf<Producers<Source>[Name]>
  : JobKey

/** A key that must be given cannot be left out, and one that there is not cannot be given. */
export type KeyArguments<Source, Name extends string> =
  undefined extends KeyNamed<Source, Name>
    ? [key?: KeyNamed<Source, Name>, options?: SignalOptions]
    : [key: KeyNamed<Source, Name>, options?: SignalOptions]
