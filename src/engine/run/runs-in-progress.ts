import type { RunParts } from './run.js'

type RunInProgress = Omit<RunParts, 'feed'>

/** The runs of an engine that have not ended: closing it ends them. */
export class RunsInProgress {
  readonly #runs = new Set<RunInProgress>()

  add(run: RunInProgress): void {
    this.#runs.add(run)
    const remove = () => void this.#runs.delete(run)
    run.work.then(remove, remove)
  }

  /** Cancels them and waits for their end. */
  async close(): Promise<void> {
    const runs = [...this.#runs]
    for (const run of runs) run.cancel('engine_closed')
    await Promise.allSettled(runs.map(({ work }) => work))
    for (const run of runs) warnIfUnheard(run)
  }
}

/** A forgotten `await` would cancel the run without a word. */
function warnIfUnheard({ audience, emitter }: RunInProgress): void {
  if (audience.isAwaited || audience.readerCount > 0 || emitter.eventNames().length > 0) return
  process.emitWarning(
    'The engine was closed while a run was in progress that nobody awaits, and the run was cancelled. Write: await engine.run(…)',
    { code: 'SHOWRUNNER_RUN_NOT_AWAITED' },
  )
}
