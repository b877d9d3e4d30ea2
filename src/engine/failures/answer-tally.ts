import { producerOf } from '../../model/id.js'
import type { JobError, MovieEvent } from '../../model/movie/event.js'
import { roundCost } from '../../model/provider/price.js'
import { type ProviderModel, providerModelText } from '../../model/run/provider-model.js'

/** What one of several that may answer a producer's jobs has done in a run. */
export interface AnswerRecord extends ProviderModel {
  /** The producer's name. */
  readonly producer: string
  /** Jobs that it has answered. */
  readonly answers: number
  /** Attempts at it that failed. */
  readonly failures: number
  /** Of the last of them; absent when none did. */
  readonly lastError?: JobError
  /** Of its attempts, failed ones too, in US dollars. */
  readonly costUsd: number
}

/** Counts who has answered, by producer, for those that several may answer. */
export class AnswerTally {
  readonly #records = new Map<string, { -readonly [Key in keyof AnswerRecord]: AnswerRecord[Key] }>()

  recorded(event: MovieEvent): void {
    if ((event.type !== 'job.succeeded' && event.type !== 'job.failed') || event.by === undefined) return
    const { jobId, by, costUsd = 0 } = event
    if (event.type === 'job.succeeded' && event.reused !== undefined) return
    const producer = producerOf(jobId)
    const key = `${producer} ${providerModelText(by)}`
    let record = this.#records.get(key)
    if (record === undefined) {
      record = { producer, ...by, answers: 0, failures: 0, costUsd: 0 }
      this.#records.set(key, record)
    }
    record.costUsd += costUsd
    if (event.type === 'job.succeeded') record.answers++
    else if (event.error.code !== 'cancelled') {
      record.failures++
      record.lastError = event.error
    }
  }

  /** By producer, those with most answers first. */
  list(): readonly AnswerRecord[] {
    return [...this.#records.values()]
      .sort((a, b) => (a.producer === b.producer ? b.answers - a.answers : a.producer < b.producer ? -1 : 1))
      .map(record => ({ ...record, costUsd: roundCost(record.costUsd) }))
  }
}
