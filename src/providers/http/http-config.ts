import { z } from 'zod'
import { jsonPathSchema } from '../kit/json-path.js'
import { jsonValue } from '../kit/json-value.js'
import { POLL_MS } from '../kit/remote/polling.js'

const template = z.string().min(1)
const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** Without `is`: there is a value at the path. */
const condition = z.strictObject({
  path: jsonPathSchema,
  is: z.union([scalar, z.array(scalar).min(1)]).optional(),
})
export type AnswerCondition = z.infer<typeof condition>

const errorRule = z.strictObject({
  /** Without it: any response that is no success. */
  status: z.int().min(100).max(599).optional(),
  /** Text in the body, in any case of letters. */
  contains: z.string().min(1).optional(),
  code: z.enum([
    'rate_limited',
    'overloaded',
    'timeout',
    'network',
    'invalid',
    'auth',
    'content',
    'too_large',
    'bug',
  ]),
})
export type ErrorRule = z.infer<typeof errorRule>

const poll = z.strictObject({
  /** In the answer to the submission. */
  id: jsonPathSchema,
  /** Template with `{{id}}`. */
  url: template,
  everyMs: z.int().min(1).default(POLL_MS),
  done: condition,
  failed: condition.optional(),
  cancelled: condition.optional(),
  /** A number from 0 to 1, or to 100. */
  progress: jsonPathSchema.optional(),
  /** The service's words about a failed job. */
  message: jsonPathSchema.optional(),
  /** Template with `{{id}}`: where the result is when it is not in the answer that says `done`. */
  result: template.optional(),
})

export const httpConfigSchema = z
  .strictObject({
    /** All templates are Mustache over the inputs. */
    url: template,
    method: method.default('POST'),
    headers: z.record(z.string(), z.string()).default({}),
    auth: z
      .union([
        z.strictObject({ bearer: z.string().min(1) }),
        z.strictObject({ header: z.string().min(1), value: z.string().min(1) }),
      ])
      .optional(),
    query: z.record(z.string(), z.string()).default({}),
    /** JSON. A string that is exactly one `{{name}}` becomes the value itself. */
    body: jsonValue.optional(),
    /** Fields of a multipart form; a blob is sent as a file. */
    form: z.record(z.string(), z.string()).optional(),
    /** The body itself: `{{audio}}` for a blob's bytes, or a text. */
    raw: template.optional(),
    /** How blobs that are no text appear in `body`. */
    blobs: z.enum(['dataUrl', 'base64']).default('dataUrl'),
    /** By output name: a path, and how the value there is to be taken. */
    outputs: z
      .record(
        z.string(),
        z.union([
          jsonPathSchema,
          z.strictObject({ path: jsonPathSchema, as: z.enum(['value', 'base64', 'url']) }),
        ]),
      )
      .default({}),
    usage: z.record(z.string(), jsonPathSchema).default({}),
    /** In US dollars. */
    costUsd: jsonPathSchema.optional(),
    idempotencyHeader: z.string().min(1).optional(),
    errors: z.array(errorRule).default([]),
    poll: poll.optional(),
    cancel: z.strictObject({ method: method.default('POST'), url: template }).optional(),
  })
  .refine(
    ({ body, form, raw }) => [body, form, raw].filter(given => given !== undefined).length <= 1,
    'body, form and raw: give one of them',
  )
  .refine(({ cancel, poll }) => cancel === undefined || poll !== undefined, 'cancel needs poll')

export type HttpConfig = z.infer<typeof httpConfigSchema>
