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
  TARGET_LIMIT,
} from './blueprint-limits.js'
import { conditionSchema, jsonSchema, testSchema } from './condition-schema.js'
import { DURATION } from './duration.js'
import { fallbackSchema } from './fallback-schema.js'
import { loopSchema } from './loop-schema.js'
import { stopSchema } from './stop-schema.js'

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
const loopNames = z.union([z.string(), z.array(z.string()).min(1)])

const inputType = z.enum(['text', 'json', 'number', 'integer', 'boolean', 'table'])

export const inputSchema = z.strictObject({
  /** What its values are. */
  type: inputType,
  /** For people to read. */
  description: z.string().optional(),
  /** The value where none is given; without it the input is required. */
  default: jsonSchema
    .optional()
    .describe('Used when no value is given; without it the input is required. null: it may be left out.'),
  /** The smallest number allowed. */
  minimum: z.number().optional().describe('For number and integer.'),
  /** The largest number allowed. */
  maximum: z.number().optional().describe('For number and integer.'),
  /** The values allowed, of a text or a number. */
  options: z
    .array(jsonSchema)
    .min(1)
    .optional()
    .describe('The values allowed: for text, number and integer.'),
})

const oneOrSeveral = z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(TARGET_LIMIT)])

const duration = z
  .string()
  .regex(DURATION, 'Expected a time with its unit (ms, s, m or h), such as "30s", "2m" or "500ms"')

export const outputSchema = z.strictObject({
  /** `text`, `json`, `number`, `boolean` or a MIME type. */
  type: z.string().describe('text, json, number, boolean or a MIME type.'),
  /** The provider returns a list for this loop; each element is an artifact. */
  loop: loopNames.optional().describe('The provider returns a list; each element is an artifact.'),
})

export const reviewSchema = z.strictObject({
  /** The outputs that people judge. @default all */
  of: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('The outputs that people judge. Default: all.'),
  /** Only what this holds for waits for a person. */
  when: conditionSchema
    .optional()
    .describe('Only what this holds for waits for a person. It may read what is made from the outputs.'),
})

export const retrySchema = z.strictObject({
  /** Attempts in all. @default 3 */
  attempts: z
    .int()
    .min(1)
    .max(RETRY_ATTEMPT_LIMIT)
    .optional()
    .describe(`In all. Default ${DEFAULT_ATTEMPTS}.`),
  /** Before the second attempt; doubled for each one after it. @default 500ms */
  baseDelay: duration.optional().describe(`Default ${RETRY_BASE_DELAY_MS}ms.`),
  /** The longest time between two attempts. @default 1m */
  maxDelay: duration.optional().describe(`Default ${RETRY_MAX_DELAY_MS}ms.`),
})

const reason = {
  /** Said when it does not hold. */
  reason: z
    .string()
    .min(1)
    .optional()
    .describe('What is said when it does not hold; without it the condition is put into words.'),
}
const checkRuleSchema = z.union([
  testSchema.extend(reason),
  z.strictObject({
    /** Each of them must hold. */
    all: z.array(conditionSchema).min(1),
    ...reason,
  }),
  z.strictObject({
    /** One of them must hold. */
    any: z.array(conditionSchema).min(1),
    ...reason,
  }),
])

export const checkSchema = z.strictObject({
  /** JSON Schemas of outputs, by name. */
  schema: z
    .record(upperName, z.union([z.record(z.string(), jsonSchema), z.boolean()]))
    .optional()
    .describe('JSON Schemas of outputs, by name.'),
  /** Conditions on the outputs and on what the provider got; all must hold. */
  that: z
    .union([checkRuleSchema, z.array(checkRuleSchema).min(1)])
    .optional()
    .describe('Conditions on ${outputs.Name} and ${with.name}; all must hold.'),
  /** A file that exports a function of `{ outputs, inputs }`: it returns what is wrong, or nothing. */
  module: z
    .string()
    .min(1)
    .optional()
    .describe('A file that exports a function of { outputs, inputs }: it returns what is wrong, or nothing.'),
  /** Answers in all that a job may give. @default 3 */
  attempts: z
    .int()
    .min(1)
    .max(CHECK_ATTEMPT_LIMIT)
    .optional()
    .describe(`Answers in all that a job may give. Default ${DEFAULT_CHECK_ATTEMPTS}.`),
})

export const producerSchema = z.strictObject({
  /** For people to read. */
  description: z.string().optional(),
  /** One job for each element; a list nests the loops. */
  loop: loopNames.optional().describe('One job for each element; a list nests the loops.'),
  /** A name from the config, or a built-in provider; of a list, the next one is asked where one fails. */
  provider: oneOrSeveral.describe(
    'A name from the config, or a built-in: template, command, simulate, module. Of a list, the next one is asked where one fails.',
  ),
  /** The model of the provider, where it has several; of a list, the next one is asked where one fails. */
  model: oneOrSeveral
    .optional()
    .describe(
      'Of a list, the next one is asked where one fails. As long as the list of providers, if both are lists.',
    ),
  /** When the next provider or model of a list is asked. */
  fallback: fallbackSchema.optional().describe('When the next provider or model of a list is asked.'),
  /** Change it to regenerate everything. */
  version: z
    .union([z.string().min(1), z.int()])
    .optional()
    .describe('Change it to regenerate everything.'),
  /** Settings of the provider; no references. */
  config: z.record(z.string(), jsonSchema).optional().describe('Literal settings for the provider.'),
  /** What the provider gets, by name, with references. */
  with: z
    .record(z.string().regex(WITH_NAME), jsonSchema)
    .optional()
    .describe('What the provider gets, with ${…} references.'),
  /** A job whose condition is false is skipped. */
  when: conditionSchema.optional().describe('A job whose condition is false is skipped.'),
  /** What an answer must be; one that is not is asked for again, with the reasons. */
  check: checkSchema
    .optional()
    .describe('What an answer must be. One that is not is asked for again, with the reasons.'),
  /** `true`: what reads the outputs waits until a person has approved them. */
  review: z
    .union([z.boolean(), reviewSchema])
    .optional()
    .describe('true: what reads the outputs waits until a person has approved them.'),
  /** What a job makes, by name: a type, or more about it. */
  outputs: z.record(upperName, z.union([z.string(), outputSchema])),
  /** `false`: each job calls its provider, whatever a cache has. @default true */
  reuse: z
    .boolean()
    .optional()
    .describe('false: each job calls its provider, whatever a cache has. Default true.'),
  /** How often a failed attempt is tried again. */
  retry: retrySchema.optional(),
  /** Its share of the places, when several producers wait for one. @default 1 */
  priority: z
    .int()
    .min(1)
    .max(PRIORITY_LIMIT)
    .optional()
    .describe('Its share of the places, when several producers wait for one. Default 1.'),
  /** The longest time of one attempt, as `2m`. */
  timeout: duration.optional(),
})

export const blueprintSchema = z.strictObject({
  /** Lower-case letters, digits and hyphens: the default id of the movie. */
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .describe('Lower-case letters, digits and hyphens: the default movie id.'),
  /** For people to read. */
  description: z.string().optional(),
  /** When failed jobs stop a run that says nothing else. */
  stop: stopSchema.optional().describe('When failed jobs stop a run that says nothing else.'),
  /** What a run is given, by name: a type, or more about it. */
  inputs: z.record(lowerName, z.union([inputType, inputSchema])).optional(),
  /** What producers repeat for, by name. */
  loops: z.record(lowerName, loopSchema).optional(),
  /** What is made, by name, and by whom. */
  producers: z.record(upperName, producerSchema),
})

/** A blueprint as it is written, in YAML or as an object. */
export type BlueprintDefinition = z.input<typeof blueprintSchema>
export type ProducerDefinition = z.input<typeof producerSchema>
