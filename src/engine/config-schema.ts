import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../model/json.js'
import { nearestName } from '../model/nearest-name.js'

const PROVIDER_NAME = /^[A-Za-z][\w.-]{0,62}$/
const count = z.int().min(1)
const sizeMb = z.number().positive()

const limitsSchema = z.strictObject({ concurrency: count.optional() })

const providerSchema = z.strictObject({
  module: z.string().min(1),
  config: z.custom<JsonObject>(isJsonObject, 'expected an object').optional(),
  model: z.string().min(1).optional(),
  limits: limitsSchema.optional(),
})

const resourceLimitsSchema = z.strictObject({
  maxOldGenerationSizeMb: sizeMb.optional(),
  maxYoungGenerationSizeMb: sizeMb.optional(),
  codeRangeSizeMb: sizeMb.optional(),
  stackSizeMb: sizeMb.optional(),
})

/** What a config file may say. */
export const configSchema = z.strictObject({
  providers: z
    .record(
      z
        .string()
        .regex(PROVIDER_NAME, 'a provider name has letters, digits, ".", "_", "-", and starts with a letter'),
      providerSchema,
    )
    .default({}),
  store: z.string().min(1).optional(),
  concurrency: count.optional(),
  threads: count.max(1024).optional(),
  resourceLimits: resourceLimitsSchema.optional(),
})

/** One line for each mistake: where, what was expected, and the nearest right name. Quotes no values. */
export function configMistakes(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap(issue => {
    const where = issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map(key => unknownKey(where, key, knownKeys(issue.path)))
    }
    const text = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
    return [`${where === '' ? 'the file' : where}: ${text.replace(/^Invalid input: /, '')}`]
  })
}

function unknownKey(where: string, key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known)
  const hint = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "${nearest}"?`
  return `${where === '' ? key : `${where}.${key}`}: unknown key; ${hint}`
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(configSchema.shape)
  if (path[0] === 'resourceLimits') return Object.keys(resourceLimitsSchema.shape)
  return Object.keys(path.at(-1) === 'limits' ? limitsSchema.shape : providerSchema.shape)
}
