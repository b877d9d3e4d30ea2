import { z } from 'zod'
import { jsonValue } from '../json-value.js'

const content = z.string()

/** What the providers of language models have in common in their configs. Texts are Mustache templates. */
export const promptFields = {
  prompt: content.optional(),
  system: content.optional(),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content })).optional(),
  /** Inputs whose blobs go with the prompt; by default all blobs that are no text. */
  attach: z.array(z.string()).optional(),
}

export const answerFields = {
  /** JSON Schema of the answer. */
  schema: z.record(z.string(), jsonValue).optional(),
  maxOutputTokens: z.int().min(1).optional(),
  temperature: z.number().min(0).optional(),
  topP: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
}

/** The config of a prompt, after {@link promptFields}. */
export type PromptConfig = z.infer<z.ZodObject<typeof promptFields>>
