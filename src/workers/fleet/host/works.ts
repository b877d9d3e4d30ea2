import {
  type AttemptAddress,
  assignedJobId,
  type JobAssignment,
  type JobMessage,
  type JobTemplate,
} from '../../../model/job.js'
import { attemptNumber } from '../wire/attempt-number.js'
import type { Work } from '../wire/host-messages.js'
import { type GivenWork, packWorks, type TellsOfWorks } from '../wire/told-works.js'
import { workKey } from '../wire/work-key.js'

interface Given {
  readonly template: JobTemplate
  readonly assignment: JobAssignment
}

/** What the attempts of a session were given, until they have settled. */
export class Works {
  readonly #running = new Map<number, Given>()

  get size(): number {
    return this.#running.size
  }

  get all(): readonly Work[] {
    return [...this.#running.values()].map(given => {
      const { jobId, inputsHash, generation } = workOf(given)
      return [given.assignment.job, given.assignment.attempt, workKey(jobId, inputsHash, generation)]
    })
  }

  has(address: AttemptAddress): boolean {
    return this.#running.has(attemptNumber(address))
  }

  started(template: JobTemplate, jobs: readonly JobAssignment[]): void {
    for (const assignment of jobs) this.#running.set(attemptNumber(assignment), { template, assignment })
  }

  /** Packs messages with what their attempts were given; those that have settled are forgotten. */
  packed(messages: readonly JobMessage[]): TellsOfWorks {
    const told = packWorks(messages, address => {
      const given = this.#running.get(attemptNumber(address))
      return given && workOf(given)
    })
    for (const message of messages)
      if (message.type === 'job.settled') this.#running.delete(attemptNumber(message))
    return told
  }
}

function workOf({ template, assignment }: Given): GivenWork {
  const { inputsHash, generation } = assignment
  return { jobId: assignedJobId(template, assignment), inputsHash, generation }
}
