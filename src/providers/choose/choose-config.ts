import { z } from 'zod'

export const chooseConfigSchema = z.strictObject({
  /** Which of the scores is the best. @default highest */
  order: z.enum(['highest', 'lowest']).optional(),
  /** With `order: highest`: nothing is chosen when the best score is below it. */
  atLeast: z.number().optional(),
  /** With `order: lowest`: nothing is chosen when the best score is above it. */
  atMost: z.number().optional(),
})

/** What the config of `choose` says. */
export type ChooseConfig = z.infer<typeof chooseConfigSchema>

/** Outputs that say how it was chosen; any other one takes the candidate. */
export const ABOUT_THE_CHOICE: readonly string[] = ['Index', 'Score']
