import { type Mistake, mistakesText } from '../diagnostics/mistake.js'
import { ShowrunnerError } from '../model/error/error.js'

/** Every mistake of a blueprint at once. Code `BLUEPRINT_INVALID`. */
export class BlueprintError extends ShowrunnerError {
  /** Every mistake that was found, with its place. */
  readonly mistakes: readonly Mistake[]

  /** `count`: mistakes in all, when more were found than are listed. */
  constructor(mistakes: readonly Mistake[], count = mistakes.length) {
    super('BLUEPRINT_INVALID', mistakesText('The blueprint', mistakes, count), { details: { mistakes } })
    this.mistakes = mistakes
  }
}
