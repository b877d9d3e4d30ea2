import type { JobMessage, JobOutcome, JobSettled } from '../../../src/model/job.js'
import { Conditions } from '../conditions.js'

/** Collects messages about jobs and lets a test await the one it needs. */
export class JobInbox {
  readonly messages: JobMessage[] = []
  /** Calls of the listener. */
  batchCount = 0
  /** Of executors that give any. */
  readonly receipts: number[] = []
  readonly #conditions = new Conditions()

  readonly receive = (messages: readonly JobMessage[], receipt?: number): void => {
    this.batchCount++
    if (receipt !== undefined) this.receipts.push(receipt)
    this.messages.push(...messages)
    this.look()
  }

  /** Something may have changed that a test waits for. */
  readonly look = (): void => {
    this.#conditions.look()
  }

  /** Waits until `test` holds, as messages come in. */
  async until(test: () => boolean): Promise<void> {
    await this.#conditions.until(test)
  }

  /** The first message for which `test` holds, now or later. */
  async message<Found extends JobMessage>(test: (message: JobMessage) => message is Found): Promise<Found>
  async message(test: (message: JobMessage) => boolean): Promise<JobMessage>
  async message(test: (message: JobMessage) => boolean): Promise<JobMessage> {
    return await this.#conditions.found(() => this.messages.find(test))
  }

  async outcome(job: number, attempt = 1): Promise<JobOutcome> {
    const isIt = (message: JobMessage): message is JobSettled =>
      message.type === 'job.settled' && message.job === job && message.attempt === attempt
    return (await this.message(isIt)).outcome
  }

  settledOf(job: number): JobSettled[] {
    return this.messages.filter(
      (message): message is JobSettled => message.type === 'job.settled' && message.job === job,
    )
  }

  async log(text: string): Promise<JobMessage> {
    return await this.message(message => message.type === 'job.log' && message.message === text)
  }
}

/** The error's code, or the state of an outcome that has none. */
export const codeOf = (outcome: JobOutcome): string =>
  outcome.state === 'failed' ? outcome.error.code : outcome.state

/** The value of a job's only artifact; the error when it failed. */
export const resultOf = (outcome: JobOutcome): unknown =>
  outcome.state === 'failed' ? outcome.error : outcome.artifacts[0]?.value
