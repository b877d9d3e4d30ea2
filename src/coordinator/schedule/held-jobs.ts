import type { ActiveJob } from '../state/active-job.js'

/** Jobs that wait for a permit of their provider, by target, first in first out. They start before queued jobs of it. */
export class HeldJobs {
  readonly #queues = new Map<number, ActiveJob[]>()

  has(target: number): boolean {
    return this.#queues.size > 0 && this.#queues.has(target)
  }

  get isEmpty(): boolean {
    return this.#queues.size === 0
  }

  /** The job of a target that waits longest. */
  first(target: number): ActiveJob | undefined {
    return this.#queues.get(target)?.[0]
  }

  targets(): readonly number[] {
    return [...this.#queues.keys()]
  }

  push(job: ActiveJob): void {
    const queue = this.#queues.get(job.target)
    if (queue) queue.push(job)
    else this.#queues.set(job.target, [job])
  }

  /** Takes the first job of a target, if `start` returns true. */
  takeFirst(target: number, start: (job: ActiveJob) => boolean): boolean {
    const queue = this.#queues.get(target)!
    if (!start(queue[0]!)) return false
    if (queue.length === 1) this.#queues.delete(target)
    else queue.shift()
    return true
  }

  /** Takes jobs of a target as long as `start` returns true. @returns whether any was taken */
  drain(target: number, start: (job: ActiveJob) => boolean): boolean {
    const queue = this.#queues.get(target)!
    let count = 0
    while (count < queue.length && start(queue[count]!)) count++
    if (count === queue.length) this.#queues.delete(target)
    else queue.splice(0, count)
    return count > 0
  }

  /** Removes the jobs of a target. */
  drop(target: number): void {
    this.#queues.delete(target)
  }

  clear(): void {
    this.#queues.clear()
  }
}
