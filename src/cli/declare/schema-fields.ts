/** What is read of a JSON Schema. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
  readonly required?: readonly string[]
}

/** A field of a schema by its path, `producers.<name>.loop`. */
export interface SchemaField {
  readonly path: string
  readonly type: string
  readonly isRequired: boolean
  readonly description?: string
}

/** All fields of a JSON Schema, outer ones first. */
export function* schemaFields(schema: Schema, path = ''): IterableIterator<SchemaField> {
  const { properties = {}, additionalProperties, anyOf = [], required = [] } = schema
  for (const [name, field] of Object.entries(properties)) {
    const { description } = field
    const below = path === '' ? name : `${path}.${name}`
    yield {
      path: below,
      type: typeOf(field),
      isRequired: required.includes(name),
      ...(description !== undefined && { description }),
    }
    yield* schemaFields(field, below)
  }
  if (typeof additionalProperties === 'object') yield* schemaFields(additionalProperties, `${path}.<name>`)
  for (const alternative of anyOf) yield* schemaFields(alternative, path)
}

function typeOf({ type, enum: values, anyOf = [] }: Schema): string {
  if (values !== undefined) return values.join(' | ')
  if (type === undefined) return [...new Set(anyOf.map(typeOf))].join(' | ')
  return typeof type === 'string' ? type : type.join(' | ')
}
