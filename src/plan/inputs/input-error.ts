import { type Mistake, mistakesText } from '../../diagnostics/mistake.js'
import { ShowrunnerError } from '../../model/error/error.js'

/** Every mistake in the inputs at once. Code `INPUT_INVALID`. */
export class InputError extends ShowrunnerError {
  /** Every mistake that was found, with its place. */
  readonly mistakes: readonly Mistake[]

  /** `count`: mistakes in all, when more were found than are listed. */
  constructor(mistakes: readonly Mistake[], count = mistakes.length, cause?: unknown) {
    const text = mistakesText('The input', mistakes, count)
    super('INPUT_INVALID', text, { details: { mistakes }, cause })
    this.mistakes = mistakes
  }
}
