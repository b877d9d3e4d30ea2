import type { RunOpening } from '../executor.js'

/** What whoever started the run should read; each thing once. */
export class FleetWarnings {
  readonly #opening: Pick<RunOpening, 'onMessages'>
  readonly #told = new Set<string>()

  constructor(opening: Pick<RunOpening, 'onMessages'>) {
    this.#opening = opening
  }

  tell(message: string): void {
    if (this.#told.has(message)) return
    this.#told.add(message)
    this.#opening.onMessages([{ type: 'job.log', job: 0, attempt: 0, level: 'warn', message }])
  }
}
