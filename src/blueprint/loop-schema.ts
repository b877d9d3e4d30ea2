import { z } from 'zod'

/** What a producer repeats for. */
export const loopSchema = z.strictObject({
  /** How many elements it has: a number, or one reference to one. */
  count: z
    .union([z.int().min(0), z.string()])
    .optional()
    .describe(
      'A whole number, or one reference to one: ${inputs.name}, ${row.copies}, or what a producer makes.',
    ),
  /** The list that it runs over: one reference. */
  over: z
    .string()
    .optional()
    .describe(
      'One reference to a list: ${inputs.name} that is a table or JSON, ${book.scenes} of a loop around it, or the json output of a producer, such as ${Script[row].Scenes}.',
    ),
  /** The most elements of one list; required where a producer makes it. */
  max: z
    .int()
    .min(1)
    .optional()
    .describe('The most elements of one list. Required where a producer makes the list.'),
  /** The fewest elements of one list. @default 0 */
  min: z.int().min(0).optional().describe('The fewest elements of one list. Default 0.'),
  /** How many elements a list that is not made yet will probably have, for estimates. */
  expect: z
    .int()
    .min(0)
    .optional()
    .describe('How many elements a list that is not made yet will probably have, for estimates.'),
  /** Names each element, as `${row.id}` does; absent: its position does. */
  key: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Names each element of over, as "${row.id}" does: ids, pins and edits go by it, and not by the position.',
    ),
})
