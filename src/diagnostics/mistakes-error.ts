import { type ErrorCode, ShowrunnerError } from '../model/error/error.js'
import { mistakesText } from './mistake.js'
import type { MistakeBook } from './mistake-book.js'

/** The error that lists every mistake of these books. @param subject what has them, at the start of a sentence */
export function mistakesError(
  code: ErrorCode,
  subject: string,
  ...books: readonly MistakeBook[]
): ShowrunnerError {
  const mistakes = books.flatMap(book => book.list())
  const count = books.reduce((sum, book) => sum + book.count, 0)
  return new ShowrunnerError(code, mistakesText(subject, mistakes, count), { details: { mistakes } })
}
