import { z } from 'zod'
import { MistakeBook } from '../../diagnostics/mistake-book.js'
import { mistakesError } from '../../diagnostics/mistakes-error.js'
import { readShape } from '../../diagnostics/read-shape.js'
import { isJsonObject } from '../../model/json.js'

const text = z.string().min(1).optional()
const signal = z
  .custom<AbortSignal>(value => value instanceof AbortSignal, 'Expected an AbortSignal')
  .optional()
const REVIEW_OPTIONS = {
  by: text,
  replace: z.boolean().optional(),
  waitMs: z.number().min(0, 'Expected milliseconds from 0').optional(),
  signal,
}
const REVIEWS_OPTIONS = {
  states: z.array(z.enum(['waiting', 'approved', 'rejected'])).optional(),
  ids: z.array(z.string()).optional(),
  signal,
}
const DECISION = {
  artifact: z.custom(
    value => typeof value === 'string' || isJsonObject(value),
    'Expected the id of an artifact, or its parts',
  ),
  hash: text,
  note: z.string().optional(),
  by: text,
  decision: z.enum(['approve', 'reject', 'edit']),
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkReviewsOptions(options: unknown): void {
  const book = new MistakeBook()
  readShape(book, options, [], REVIEWS_OPTIONS)
  if (!book.isEmpty) throw mistakesError('USAGE_INVALID', 'movie.reviews()', book)
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export function checkReviewRequest(decisions: readonly unknown[], options: unknown): void {
  const book = new MistakeBook()
  for (const [at, decision] of decisions.entries()) {
    const shape =
      isJsonObject(decision) && decision.decision === 'edit'
        ? { ...DECISION, content: z.unknown() }
        : DECISION
    readShape(book, decision, [at], shape)
  }
  readShape(book, options, [], REVIEW_OPTIONS)
  if (!book.isEmpty) throw mistakesError('USAGE_INVALID', 'movie.review()', book)
}
