import type { Clock } from '../model/clock.js'
import { unreachable } from '../model/error/error.js'
import type { JobAssignment, JobExecutor, JobTemplate } from '../model/job.js'
import type { JsonValue } from '../model/json.js'
import type { BlobRef } from '../model/movie/event.js'
import type { Family } from '../plan/geometry/family.js'
import type { Effect, Start } from './effect.js'
import type { ControlMessage } from './message.js'
import { parseBlobValue } from './parse-blob-value.js'

export interface PerformerParts {
  readonly executor: JobExecutor
  /** By target of the plan. */
  readonly templates: readonly JobTemplate[]
  /** That of a job, where jobs of one family make lists of different lengths; absent: that of its target. */
  readonly templateFor?: ((target: number, family: Family, job: number) => JobTemplate) | undefined
  readonly readBlob: (blob: BlobRef) => Promise<Uint8Array>
  readonly clock: Clock
  readonly post: (message: ControlMessage) => void
  readonly listener: { started(starts: readonly Start[]): void }
}

/** Does what was decided. Results come back as messages; nothing here decides. */
export class Performer {
  readonly #parts: PerformerParts
  readonly #timers = new Map<number, () => void>()
  #disarmAdmission = () => {}
  /** One read a blob, however many jobs wait for it. */
  readonly #reads = new Map<string, Promise<JsonValue>>()

  constructor(parts: PerformerParts) {
    this.#parts = parts
  }

  perform(effect: Effect): void {
    const { executor, listener } = this.#parts
    switch (effect.type) {
      case 'dispatch':
        this.#dispatch(effect)
        listener.started(effect.starts)
        return
      case 'cancel':
        executor.cancel(effect.jobs, effect.reason)
        return
      case 'acknowledge':
        executor.acknowledgeCheckpoint(effect.job, effect.attempt, effect.requestNumber)
        return
      case 'arm-retry':
        this.#armRetry(effect.job, effect.delayMs)
        return
      case 'arm-admission':
        this.#armAdmission(effect.delayMs)
        return
      case 'answer':
        effect.tell()
        return
      case 'load-values':
        void this.#load(effect.job, effect.blobs)
        return
      default:
        unreachable(effect)
    }
  }

  #dispatch({ family, target, starts }: Extract<Effect, { type: 'dispatch' }>): void {
    const { executor, templates, templateFor } = this.#parts
    const assignments = starts.map(start => start.assignment)
    if (templateFor === undefined || !family.varies) {
      executor.dispatch(templates[target]!, assignments)
      return
    }
    const byTemplate = new Map<JobTemplate, JobAssignment[]>()
    for (const assignment of assignments) {
      const template = templateFor(target, family, assignment.job)
      const alike = byTemplate.get(template)
      if (alike) alike.push(assignment)
      else byTemplate.set(template, [assignment])
    }
    for (const [template, alike] of byTemplate) executor.dispatch(template, alike)
  }

  /** Disarms every timer. */
  stop(): void {
    for (const disarm of this.#timers.values()) disarm()
    this.#timers.clear()
    this.#disarmAdmission()
  }

  #armRetry(job: number, delayMs: number): void {
    this.#timers.set(
      job,
      this.#parts.clock.startTimer(delayMs, () => {
        this.#timers.delete(job)
        this.#parts.post({ type: 'job.retry', job })
      }),
    )
  }

  #armAdmission(delayMs: number): void {
    this.#disarmAdmission()
    this.#disarmAdmission = this.#parts.clock.startTimer(delayMs, () =>
      this.#parts.post({ type: 'admission.open' }),
    )
  }

  async #load(job: number, blobs: readonly BlobRef[]): Promise<void> {
    try {
      const values = await Promise.all(
        blobs.map(async blob => ({
          blobHash: blob.hash,
          value: await this.#read(blob),
          sizeBytes: blob.sizeBytes,
        })),
      )
      this.#parts.post({ type: 'values.loaded', job, values })
    } catch (error) {
      this.#parts.post({ type: 'values.failed', job, message: (error as Error).message })
    }
  }

  #read(blob: BlobRef): Promise<JsonValue> {
    const known = this.#reads.get(blob.hash)
    if (known) return known
    const reading = this.#parts
      .readBlob(blob)
      .then(bytes => parseBlobValue(blob, bytes))
      .finally(() => this.#reads.delete(blob.hash))
    this.#reads.set(blob.hash, reading)
    return reading
  }
}
