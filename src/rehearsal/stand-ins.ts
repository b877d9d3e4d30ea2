import type { InputResolver, Resolution } from '../plan/up-to-date/job-resolver.js'
import type { JobJudge, Judge, Verdict } from '../plan/up-to-date/verdict.js'

/** What a preview says of each job, in a byte. */
export class ForeseenVerdicts {
  readonly #runs: Uint8Array
  readonly #others = new Map<number, Verdict>()

  constructor(jobCount: number) {
    this.#runs = new Uint8Array(jobCount)
  }

  note(job: number, verdict: Verdict): void {
    if (verdict.type === 'run') this.#runs[job] = 1
    else if (verdict.type === 'skip') this.#others.set(job, verdict)
  }

  of(job: number): Verdict {
    if (this.#runs[job] === 1) return RUN
    return this.#others.get(job) ?? CACHED
  }
}

const RUN: Verdict = { type: 'run', reason: { type: 'missing' } }
const CACHED: Verdict = { type: 'cached' }

const EMPTY: Resolution = {
  state: 'resolved',
  job: {
    indices: [],
    inputs: {},
    loads: [],
    inputsHash: '',
    absent: [],
    digests: '',
    blobBytes: 0,
    fileCount: 0,
  },
}

/** Jobs are judged as foreseen, but for those that others keep from being made; what they read is not there. */
export const standInsOf =
  (verdicts: ForeseenVerdicts) =>
  (judge: Judge): { readonly judge: JobJudge; readonly resolver: InputResolver } => ({
    judge: {
      judge(family, job) {
        const blocking = judge.blockingJob(family, job)
        return blocking === undefined ? verdicts.of(job) : { type: 'skip', reason: blocking }
      },
      unread: () => [],
    },
    resolver: { resolve: () => EMPTY },
  })
