import { z } from 'zod'

/** When failed jobs stop a run. */
export const stopSchema = z.strictObject({
  /** The share of the jobs of a producer that may not fail. */
  failureRate: z
    .number()
    .gt(0)
    .max(1)
    .describe('The share of the jobs of a producer that may not fail: 0.5 stops at a half.'),
  /** Jobs of the producer that must have ended before its share means something. */
  after: z
    .int()
    .min(1)
    .optional()
    .describe('Jobs of the producer that must have ended before its share means something. Default 20.'),
})
