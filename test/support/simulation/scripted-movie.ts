import { evolve } from '../../../src/coordinator/state/evolve.js'
import { valueText } from '../../../src/model/hash.js'
import type { BlobHash } from '../../../src/model/id.js'
import type { JobAssignment } from '../../../src/model/job.js'
import type { JsonValue } from '../../../src/model/json.js'
import type { BlobRef, MovieEvent } from '../../../src/model/movie/event.js'
import { MovieState } from '../../../src/model/movie/movie-state.js'
import { sha256 } from '../../../src/model/sha256.js'
import type { Plan } from '../../../src/plan/plan.js'

/** A movie's durable side: what its log holds, as lines, and the blobs. */
export class ScriptedMovie {
  readonly #events: MovieEvent[] = []
  /** Jobs of which a success is in the log. */
  readonly succeeded = new Set<string>()
  readonly blobs = new Map<string, Buffer>()

  get events(): readonly MovieEvent[] {
    return this.#events
  }

  append(lines: readonly string[]): void {
    for (const line of lines) {
      const event = JSON.parse(line) as MovieEvent
      this.#events.push(event)
      if (event.type === 'job.succeeded') this.succeeded.add(event.jobId)
    }
  }

  /** Whoever is told of these events is told of the last ones in the log. */
  expectDurable(events: readonly MovieEvent[]): void {
    const last = this.#events.slice(-events.length)
    if (JSON.stringify(events) !== JSON.stringify(last))
      throw new Error('events were told that are not durable')
  }

  /** What a new process knows after reading the log. */
  recover(plan: Plan): MovieState {
    const movie = new MovieState(plan.createSlots())
    for (const event of this.events) evolve(movie, event)
    return movie
  }
  store(value: JsonValue): BlobRef {
    const bytes = Buffer.from(valueText(value))
    const hash = sha256(bytes) as BlobHash
    this.blobs.set(hash, bytes)
    const mimeType = typeof value === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
    return { hash, sizeBytes: bytes.length, mimeType }
  }

  /** The inputs as the provider sees them, with large values in their places. */
  inputsOf({ inputs, loads = [] }: JobAssignment): JsonValue {
    const whole = structuredClone(inputs) as Record<string | number, JsonValue>
    for (const { path, blob } of loads) {
      const text = this.blobs.get(blob.hash)!.toString()
      let container = whole
      for (const step of path.slice(0, -1))
        container = container[step] as unknown as Record<string | number, JsonValue>
      container[path.at(-1)!] = blob.mimeType === 'application/json' ? (JSON.parse(text) as JsonValue) : text
    }
    return whole
  }
}
