import type { ProcessGroupNotice } from '../../model/process-group.js'

/** Process groups that one thread has started; they outlive it unless they are killed. */
export class ProcessReaper {
  readonly #pids = new Set<number>()

  note({ pid, state }: ProcessGroupNotice): void {
    if (state === 'started') this.#pids.add(pid)
    else this.#pids.delete(pid)
  }

  killAll(): void {
    for (const pid of this.#pids) {
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // It has ended by itself in the meantime.
      }
    }
    this.#pids.clear()
  }
}
