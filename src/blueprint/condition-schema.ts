import { z } from 'zod'

/** Anything that JSON can hold. */
export const jsonSchema: z.ZodType<z.core.util.JSONType> = z.json().meta({ id: 'Json' })

export const testSchema = z.strictObject({
  /** What is tested: mostly one reference. */
  value: jsonSchema.describe('What is tested, mostly one ${…}.'),
  /** It is equal to this. */
  is: jsonSchema.optional(),
  /** It is not equal to this. */
  isNot: jsonSchema.optional(),
  /** It is one of this list. */
  in: jsonSchema.optional().describe('A list, or one ${…} that is a list.'),
  /** It is a list or a text with this in it. */
  contains: jsonSchema.optional().describe('For a list or a text.'),
  /** It is a number above this one. */
  greaterThan: jsonSchema.optional(),
  /** It is a number below this one. */
  lessThan: jsonSchema.optional(),
  /** It is this number, or one above it. */
  atLeast: jsonSchema.optional(),
  /** It is this number, or one below it. */
  atMost: jsonSchema.optional(),
  /** Whether there is a value at all. */
  exists: z.boolean().optional(),
  /** A regular expression that the text matches, without lookaround and backreferences. */
  matches: z
    .string()
    .optional()
    .describe('A regular expression in the syntax of JavaScript, without lookaround and backreferences.'),
})

/** A test, or `all` / `any` of conditions. */
type ConditionDefinition =
  | z.input<typeof testSchema>
  | {
      /** True when each of them is. */
      all: ConditionDefinition[]
    }
  | {
      /** True when one of them is. */
      any: ConditionDefinition[]
    }

export const conditionSchema: z.ZodType<ConditionDefinition, ConditionDefinition> = z
  .lazy(() =>
    z.union([
      testSchema,
      z.strictObject({ all: z.array(conditionSchema).min(1) }),
      z.strictObject({ any: z.array(conditionSchema).min(1) }),
    ]),
  )
  .meta({ id: 'Condition' })
