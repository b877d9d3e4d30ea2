import {
  type AttemptAddress,
  assignedJobId,
  type JobAssignment,
  type JobMessage,
  type JobTemplate,
} from '../../../model/job.js'
import { addressText, isRecorded, type Work, workKey } from '../wire/fleet-message.js'

/** What the attempts of a session were given, until they have settled. */
export class Works {
  readonly #running = new Map<string, Work>()

  get size(): number {
    return this.#running.size
  }

  get all(): readonly Work[] {
    return [...this.#running.values()]
  }

  has(address: AttemptAddress): boolean {
    return this.#running.has(addressText(address))
  }

  started(template: JobTemplate, jobs: readonly JobAssignment[]): void {
    for (const job of jobs) {
      const key = workKey(assignedJobId(template, job), job.inputsHash, job.generation)
      this.#running.set(addressText(job), [job.job, job.attempt, key, job.inputsHash])
    }
  }

  /** Of the messages that a log may take; those that have settled are forgotten. */
  toldBy(messages: readonly JobMessage[]): readonly Work[] {
    const works: Work[] = []
    for (const message of messages) {
      if (!isRecorded(message)) continue
      const address = addressText(message)
      const work = this.#running.get(address)
      if (work !== undefined) works.push(work)
      if (message.type === 'job.settled') this.#running.delete(address)
    }
    return works
  }
}
