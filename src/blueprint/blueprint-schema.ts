import { z } from 'zod'
import {
  CHECK_ATTEMPT_LIMIT,
  DEFAULT_ATTEMPTS,
  DEFAULT_CHECK_ATTEMPTS,
  NAME_LIMIT_CHARS,
  PRIORITY_LIMIT,
  RETRY_ATTEMPT_LIMIT,
  RETRY_BASE_DELAY_MS,
  RETRY_MAX_DELAY_MS,
} from './blueprint-limits.js'
import { DURATION } from './duration.js'

/** The one schema of the format: types, checks and `schema/blueprint.schema.json` all come from it. */

const NAME_REST = `[A-Za-z0-9_]{0,${NAME_LIMIT_CHARS - 1}}$`
/** Producers and outputs. */
export const UPPER_NAME = new RegExp(`^[A-Z]${NAME_REST}`)
/** Inputs and loops. */
export const LOWER_NAME = new RegExp(`^[a-z]${NAME_REST}`)
/** What a provider calls its inputs. */
export const WITH_NAME = new RegExp(`^[A-Za-z_][A-Za-z0-9_-]{0,${NAME_LIMIT_CHARS - 1}}$`)

const upperName = z.string().regex(UPPER_NAME)
const lowerName = z.string().regex(LOWER_NAME)
const json: z.ZodType<z.core.util.JSONType> = z.json().meta({ id: 'Json' })
const loopNames = z.union([z.string(), z.array(z.string()).min(1)])

const inputType = z.enum(['text', 'json', 'number', 'integer', 'boolean', 'table'])

export const inputSchema = z.strictObject({
  type: inputType,
  description: z.string().optional(),
  default: json
    .optional()
    .describe('Used when no value is given; without it the input is required. null: it may be left out.'),
  minimum: z.number().optional().describe('For number and integer.'),
  maximum: z.number().optional().describe('For number and integer.'),
  options: z.array(json).min(1).optional().describe('The values allowed: for text, number and integer.'),
})

export const loopSchema = z.strictObject({
  count: z
    .union([z.int().min(0), z.string()])
    .optional()
    .describe(
      'A whole number, or one reference to one: ${inputs.name}, ${row.copies}, or what a producer makes.',
    ),
  over: z
    .string()
    .optional()
    .describe(
      'One reference to a list: ${inputs.name} that is a table or JSON, ${book.scenes} of a loop around it, or the json output of a producer, such as ${Script[row].Scenes}.',
    ),
  max: z
    .int()
    .min(1)
    .optional()
    .describe('The most elements of one list. Required where a producer makes the list.'),
  min: z.int().min(0).optional().describe('The fewest elements of one list. Default 0.'),
  expect: z
    .int()
    .min(0)
    .optional()
    .describe('How many elements a list that is not made yet will probably have, for estimates.'),
  key: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Names each element of over, as "${row.id}" does: ids, pins and edits go by it, and not by the position.',
    ),
})

const duration = z
  .string()
  .regex(DURATION, 'Expected a time with its unit (ms, s, m or h), such as "30s", "2m" or "500ms"')

export const testSchema = z.strictObject({
  value: json.describe('What is tested, mostly one ${…}.'),
  is: json.optional(),
  isNot: json.optional(),
  in: json.optional().describe('A list, or one ${…} that is a list.'),
  contains: json.optional().describe('For a list or a text.'),
  greaterThan: json.optional(),
  lessThan: json.optional(),
  atLeast: json.optional(),
  atMost: json.optional(),
  exists: z.boolean().optional(),
  matches: z
    .string()
    .optional()
    .describe('A regular expression in the syntax of JavaScript, without lookaround and backreferences.'),
})

/** A test, or `all` / `any` of conditions. */
type ConditionDefinition =
  | z.input<typeof testSchema>
  | { all: ConditionDefinition[] }
  | { any: ConditionDefinition[] }

const conditionSchema: z.ZodType<ConditionDefinition, ConditionDefinition> = z
  .lazy(() =>
    z.union([
      testSchema,
      z.strictObject({ all: z.array(conditionSchema).min(1) }),
      z.strictObject({ any: z.array(conditionSchema).min(1) }),
    ]),
  )
  .meta({ id: 'Condition' })

export const outputSchema = z.strictObject({
  type: z.string().describe('text, json, number, boolean or a MIME type.'),
  loop: loopNames.optional().describe('The provider returns a list; each element is an artifact.'),
})

export const reviewSchema = z.strictObject({
  of: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('The outputs that people judge. Default: all.'),
  when: conditionSchema
    .optional()
    .describe('Only what this holds for waits for a person. It may read what is made from the outputs.'),
})

export const retrySchema = z.strictObject({
  attempts: z
    .int()
    .min(1)
    .max(RETRY_ATTEMPT_LIMIT)
    .optional()
    .describe(`In all. Default ${DEFAULT_ATTEMPTS}.`),
  baseDelay: duration.optional().describe(`Default ${RETRY_BASE_DELAY_MS}ms.`),
  maxDelay: duration.optional().describe(`Default ${RETRY_MAX_DELAY_MS}ms.`),
})

const checkReason = z
  .string()
  .min(1)
  .optional()
  .describe('What is said when it does not hold; without it the condition is put into words.')

const checkRuleSchema = z.union([
  testSchema.extend({ reason: checkReason }),
  z.strictObject({ all: z.array(conditionSchema).min(1), reason: checkReason }),
  z.strictObject({ any: z.array(conditionSchema).min(1), reason: checkReason }),
])

export const checkSchema = z.strictObject({
  schema: z
    .record(upperName, z.union([z.record(z.string(), json), z.boolean()]))
    .optional()
    .describe('JSON Schemas of outputs, by name.'),
  that: z
    .union([checkRuleSchema, z.array(checkRuleSchema).min(1)])
    .optional()
    .describe('Conditions on ${outputs.Name} and ${with.name}; all must hold.'),
  module: z
    .string()
    .min(1)
    .optional()
    .describe('A file that exports a function of { outputs, inputs }: it returns what is wrong, or nothing.'),
  attempts: z
    .int()
    .min(1)
    .max(CHECK_ATTEMPT_LIMIT)
    .optional()
    .describe(`Answers in all that a job may give. Default ${DEFAULT_CHECK_ATTEMPTS}.`),
})

export const producerSchema = z.strictObject({
  description: z.string().optional(),
  loop: loopNames.optional().describe('One job for each element; a list nests the loops.'),
  provider: z
    .string()
    .min(1)
    .describe('A name from the config, or a built-in: template, command, simulate, module.'),
  model: z.string().min(1).optional(),
  version: z
    .union([z.string().min(1), z.int()])
    .optional()
    .describe('Change it to regenerate everything.'),
  config: z.record(z.string(), json).optional().describe('Literal settings for the provider.'),
  with: z
    .record(z.string().regex(WITH_NAME), json)
    .optional()
    .describe('What the provider gets, with ${…} references.'),
  when: conditionSchema.optional().describe('A job whose condition is false is skipped.'),
  check: checkSchema
    .optional()
    .describe('What an answer must be. One that is not is asked for again, with the reasons.'),
  review: z
    .union([z.boolean(), reviewSchema])
    .optional()
    .describe('true: what reads the outputs waits until a person has approved them.'),
  outputs: z.record(upperName, z.union([z.string(), outputSchema])),
  reuse: z
    .boolean()
    .optional()
    .describe('false: each job calls its provider, whatever a cache has. Default true.'),
  retry: retrySchema.optional(),
  priority: z
    .int()
    .min(1)
    .max(PRIORITY_LIMIT)
    .optional()
    .describe('Its share of the places, when several producers wait for one. Default 1.'),
  timeout: duration.optional(),
})

export const blueprintSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .describe('Lower-case letters, digits and hyphens: the default movie id.'),
  description: z.string().optional(),
  inputs: z.record(lowerName, z.union([inputType, inputSchema])).optional(),
  loops: z.record(lowerName, loopSchema).optional(),
  producers: z.record(upperName, producerSchema),
})

/** A blueprint as it is written, in YAML or as an object. */
export type BlueprintDefinition = z.input<typeof blueprintSchema>
export type ProducerDefinition = z.input<typeof producerSchema>
