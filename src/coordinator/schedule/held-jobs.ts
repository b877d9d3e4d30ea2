import type { ActiveJob } from '../state/active-job.js'

/** Jobs that wait for a permit of their provider, by family, first in first out. They start before queued jobs. */
export class HeldJobs {
  readonly #queues = new Map<number, ActiveJob[]>()

  has(family: number): boolean {
    return this.#queues.size > 0 && this.#queues.has(family)
  }

  families(): readonly number[] {
    return [...this.#queues.keys()]
  }

  push(job: ActiveJob): void {
    const queue = this.#queues.get(job.family.index)
    if (queue) queue.push(job)
    else this.#queues.set(job.family.index, [job])
  }

  /** Takes jobs of a family as long as `start` returns true. */
  drain(family: number, start: (job: ActiveJob) => boolean): void {
    const queue = this.#queues.get(family)!
    let count = 0
    while (count < queue.length && start(queue[count]!)) count++
    if (count === queue.length) this.#queues.delete(family)
    else queue.splice(0, count)
  }

  /** Removes the jobs of a family. */
  drop(family: number): void {
    this.#queues.delete(family)
  }

  clear(): void {
    this.#queues.clear()
  }
}
