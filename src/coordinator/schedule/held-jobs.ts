import type { ActiveJob } from '../state/active-job.js'

/** Jobs that wait for a permit of their provider, by family, first in first out. They start before queued jobs of it. */
export class HeldJobs {
  readonly #queues = new Map<number, ActiveJob[]>()

  has(family: number): boolean {
    return this.#queues.size > 0 && this.#queues.has(family)
  }

  get isEmpty(): boolean {
    return this.#queues.size === 0
  }

  /** The job of a family that waits longest. */
  first(family: number): ActiveJob | undefined {
    return this.#queues.get(family)?.[0]
  }

  families(): readonly number[] {
    return [...this.#queues.keys()]
  }

  push(job: ActiveJob): void {
    const queue = this.#queues.get(job.family.index)
    if (queue) queue.push(job)
    else this.#queues.set(job.family.index, [job])
  }

  /** Takes the first job of a family, if `start` returns true. */
  takeFirst(family: number, start: (job: ActiveJob) => boolean): boolean {
    const queue = this.#queues.get(family)!
    if (!start(queue[0]!)) return false
    if (queue.length === 1) this.#queues.delete(family)
    else queue.shift()
    return true
  }

  /** Takes jobs of a family as long as `start` returns true. @returns whether any was taken */
  drain(family: number, start: (job: ActiveJob) => boolean): boolean {
    const queue = this.#queues.get(family)!
    let count = 0
    while (count < queue.length && start(queue[count]!)) count++
    if (count === queue.length) this.#queues.delete(family)
    else queue.splice(0, count)
    return count > 0
  }

  /** Removes the jobs of a family. */
  drop(family: number): void {
    this.#queues.delete(family)
  }

  clear(): void {
    this.#queues.clear()
  }
}
