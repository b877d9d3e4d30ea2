import { z } from 'zod'
import type { JsonValue } from '../../model/json.js'

/** Anything that JSON can hold. */
export const jsonValue: z.ZodType<JsonValue> = z.json()
