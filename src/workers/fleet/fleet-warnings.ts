import type { JobTemplate } from '../../model/job.js'
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

  /** Jobs that wait, although there are hosts, and why. */
  unfit(templates: ReadonlyMap<JobTemplate, string>): void {
    for (const [{ provider }, why] of templates)
      this.tell(`No host of the fleet runs provider "${provider.name}": ${why}.`)
  }
}
