/**
 * A schema of any library that keeps to Standard Schema (https://standardschema.dev), such as zod, valibot or arktype:
 * the part of its interface that is used here.
 */
export interface StandardSchema<Output = unknown> {
  /** What the library says of itself, as the specification has it. */
  readonly '~standard': {
    /** Of the specification. */
    readonly version: 1
    /** The library. */
    readonly vendor: string
    /** Checks a value: it, or what it became, or what is wrong. */
    validate(value: unknown): SchemaResult<Output> | Promise<SchemaResult<Output>>
    /** For the compiler alone: what goes in and comes out. */
    readonly types?:
      | {
          /** What goes in. */
          readonly input: unknown
          /** What comes out. */
          readonly output: Output
        }
      | undefined
  }
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}
