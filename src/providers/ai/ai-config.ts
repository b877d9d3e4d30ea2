import { z } from 'zod'
import { jsonValue } from '../kit/json-value.js'
import { answerFields, promptFields } from '../kit/language/prompt-fields.js'

const AI_TASKS = ['text', 'image', 'speech', 'transcription', 'embedding'] as const
export type AiTask = (typeof AI_TASKS)[number]

export const aiConfigSchema = z.strictObject({
  task: z.enum(AI_TASKS).optional(),
  ...promptFields,
  ...answerFields,
  topK: z.int().min(1).optional(),
  stopSequences: z.array(z.string()).optional(),
  /** Takes the whole of `model` as the id, whatever slashes are in it. */
  vendor: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .optional(),
  apiKey: z.string().min(1).optional(),
  baseUrl: z.url().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Which of OpenAI's two APIs for text; `responses` by default. */
  api: z.enum(['responses', 'chat']).optional(),
  /** By vendor, as the AI SDK has them. */
  providerOptions: z.record(z.string(), z.record(z.string(), jsonValue)).optional(),
  size: z
    .string()
    .regex(/^\d+x\d+$/)
    .optional(),
  aspectRatio: z
    .string()
    .regex(/^\d+:\d+$/)
    .optional(),
  voice: z.string().optional(),
  /** Of speech; by default what goes with the output's MIME type. */
  outputFormat: z.string().optional(),
  instructions: z.string().optional(),
  speed: z.number().positive().optional(),
  language: z.string().optional(),
})
export type AiConfig = z.infer<typeof aiConfigSchema>
