import { z } from 'zod'

/** When a loop has enough elements. */
export const untilSchema = z.strictObject({
  /** Elements that are to be accepted, in each list: a number, or one reference to an input. */
  accepted: z
    .union([z.int().min(0), z.string()])
    .describe(
      'Elements to be accepted in each list: a whole number, or one reference to an input, ${inputs.name}.',
    ),
  /** A producer in the loop, or one of its outputs that is a boolean or a number. */
  of: z
    .string()
    .min(1)
    .describe(
      'What decides: a producer in the loop (its job succeeds: it is neither skipped nor fails its check), or its boolean or number output, such as Judge.Good.',
    ),
  /** The most elements that are tried, in each list. */
  attempts: z.int().min(1).describe('The most elements that are tried, in each list.'),
  /** What the output is equal to. @default true */
  is: z.union([z.boolean(), z.number()]).optional().describe('The output is equal to this. Default true.'),
  /** The output is this number, or one above it. */
  atLeast: z.number().optional(),
  /** The output is this number, or one below it. */
  atMost: z.number().optional(),
  /** The output is above this number. */
  greaterThan: z.number().optional(),
  /** The output is below this number. */
  lessThan: z.number().optional(),
})

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
  /** It goes on until so many of its elements are accepted. */
  until: untilSchema
    .optional()
    .describe('Instead of count and over: elements are made in batches until enough of them are accepted.'),
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
