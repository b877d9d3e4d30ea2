import type { JsonValue } from '../../model/json.js'

/** The values that fit a JSON Schema which is written as a literal; any JSON where it says more than types can. */
export type SchemaValue<Schema> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { readonly type: infer Type }
      ? ValueOfType<Type, Schema>
      : JsonValue

type ValueOfType<Type, Schema> = Type extends 'string'
  ? string
  : Type extends 'number' | 'integer'
    ? number
    : Type extends 'boolean'
      ? boolean
      : Type extends 'null'
        ? null
        : Type extends 'array'
          ? readonly (Schema extends { readonly items: infer Items } ? SchemaValue<Items> : JsonValue)[]
          : Type extends 'object'
            ? ObjectOf<Schema>
            : JsonValue

/** As the providers of language models read it: an object that names no `required` requires all its properties. */
type ObjectOf<Schema> = Schema extends { readonly properties: infer Properties }
  ? Schema extends { readonly required: readonly (infer Name)[] }
    ? { readonly [Key in keyof Properties & Name]: SchemaValue<Properties[Key]> } & {
        readonly [Key in Exclude<keyof Properties, Name>]?: SchemaValue<Properties[Key]>
      }
    : { readonly [Key in keyof Properties]: SchemaValue<Properties[Key]> }
  : { readonly [key: string]: JsonValue }
