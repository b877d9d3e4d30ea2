import { type JobId, type MovieId, producerOf } from '../../model/id.js'
import type { JsonObject } from '../../model/json.js'
import { LOG_START } from '../../model/movie/log-position.js'
import { usedTokens } from '../../model/provider/price.js'
import { SETTINGS_DIGEST } from '../../plan/up-to-date/content-hash.js'
import type { Store } from '../../storage/store.js'

/** Jobs of a producer that are looked at, the newest ones. */
const SAMPLE_COUNT = 2_000

/** What one job that was made has used. */
export interface JobUse {
  readonly usage: JsonObject | undefined
  /** Of the attempt that succeeded, in US dollars. */
  readonly costUsd: number | undefined
  /** Of the attempts before it that failed. */
  readonly failedCostUsd: number
  readonly tokens: number | undefined
}

/** What the jobs of a movie have used that were made before, by producer and settings. Empty for a new movie. */
export class RecordedUse {
  readonly #uses = new Map<string, { readonly kept: JobUse[]; count: number }>()
  readonly #failedCosts = new Map<JobId, number>()

  static async read(store: Store, movieId: MovieId): Promise<RecordedUse> {
    const record = new RecordedUse()
    const types = ['job.failed', 'job.succeeded'] as const
    for await (const { events } of store.log(movieId).read(LOG_START, { types }))
      for (const { event } of events) {
        if (event.type === 'job.failed' && event.costUsd) record.#failed(event.jobId, event.costUsd)
        else if (event.type === 'job.succeeded' && !event.reused) record.#succeeded(event)
      }
    return record
  }

  /** @param digest of the settings that the jobs were made with */
  of(producer: string, digest: string): readonly JobUse[] {
    return this.#uses.get(`${producer} ${digest}`)?.kept ?? []
  }

  #failed(job: JobId, costUsd: number): void {
    this.#failedCosts.set(job, (this.#failedCosts.get(job) ?? 0) + costUsd)
  }

  #succeeded({ jobId, inputs, usage, costUsd }: Made): void {
    const failedCostUsd = this.#failedCosts.get(jobId) ?? 0
    if (failedCostUsd > 0) this.#failedCosts.delete(jobId)
    const key = `${producerOf(jobId)} ${digestIn(inputs)}`
    const use = { usage, costUsd, failedCostUsd, tokens: usedTokens(usage) }
    const uses = this.#uses.get(key)
    if (uses === undefined) this.#uses.set(key, { kept: [use], count: 1 })
    else uses.kept[uses.count++ % SAMPLE_COUNT] = use
  }
}

interface Made {
  readonly jobId: JobId
  readonly inputs?: string
  readonly usage?: JsonObject
  readonly costUsd?: number
}

/** A foreign log may have anything for inputs. */
function digestIn(inputs: unknown): string {
  const prefix = `${SETTINGS_DIGEST}:`
  if (typeof inputs !== 'string' || !inputs.startsWith(prefix)) return ''
  return inputs.slice(prefix.length).split(' ', 1)[0]!
}
