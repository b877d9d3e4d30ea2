import type { JobId } from '../../model/id.js'
import type { JobError, SkipReason } from '../../model/movie/event.js'
import { CODE_DIGEST, SETTINGS_DIGEST } from './content-hash.js'

/** Why a job runs. */
export type RunReason =
  | {
      /** The kind of reason; {@link describeReason} puts it into words. */
      readonly type: 'missing'
    }
  | {
      /** The kind of reason; {@link describeReason} puts it into words. */
      readonly type: 'failed'
      /** Of the last attempt, where it is known. */
      readonly error: JobError | undefined
    }
  /** The names under `with` whose values changed; `(settings)` for provider, model, version, config or outputs. */
  | {
      /** The kind of reason; {@link describeReason} puts it into words. */
      readonly type: 'changed'
      /** The names that have changed. */
      readonly inputs: readonly string[]
    }
  | {
      /** The kind of reason; {@link describeReason} puts it into words. */
      readonly type: 'interrupted'
    }
  | {
      /** The kind of reason; {@link describeReason} puts it into words. */
      readonly type: 'regenerate'
    }
  | {
      /** The kind of reason; {@link describeReason} puts it into words. */
      readonly type: 'rejected'
      /** What a person wants changed. */
      readonly note?: string
    }
  /** Only in a preview: a job it needs runs first. */
  | {
      /** The kind of reason; {@link describeReason} puts it into words. */
      readonly type: 'upstream'
      /** The job that it waits for. */
      readonly jobId: JobId
    }
  /** Reads a large value that is compared when the run reaches the job. */
  | {
      /** The kind of reason; {@link describeReason} puts it into words. */
      readonly type: 'unread'
    }

/** What a run does with a job, as a plan foresees it: keeps what is up to date, runs it, skips it. */
export type PlannedAction =
  /** `isPinned`: everything it makes is kept as it is, whatever it reads. */
  | {
      /** The action. */
      readonly type: 'cached'
      /** A user has pinned all that it makes. */
      readonly isPinned?: true
    }
  | {
      /** The action. */
      readonly type: 'skip'
      /** Why it is skipped. */
      readonly reason: SkipReason
    }
  | {
      /** The action. */
      readonly type: 'run'
      /** Why it runs. */
      readonly reason: RunReason
    }
  /** It has failed, which is an answer where elements are tried until enough are accepted: it is not tried again. */
  | {
      /** The action. */
      readonly type: 'failed'
    }
  /** It was made before from the same inputs, for whichever job, and takes that result. */
  | {
      /** The action. */
      readonly type: 'reuse'
    }

/** The reason in words. */
export function describeReason(reason: RunReason): string {
  switch (reason.type) {
    case 'missing':
      return 'it has not been made yet'
    case 'failed':
      return reason.error
        ? `its last attempt failed: ${reason.error.code}: ${reason.error.message}`
        : 'its last attempt failed'
    case 'changed':
      return `changed since it was made: ${reason.inputs.map(nameOfDigest).join(', ') || 'its inputs'}`
    case 'interrupted':
      return 'it was submitted to its provider and the run ended before the result came; it is picked up again'
    case 'regenerate':
      return 'you asked to regenerate it'
    case 'rejected':
      return `a person has rejected what it made${reason.note === undefined ? '' : `: ${reason.note}`}`
    case 'upstream':
      return `${reason.jobId}, which it needs, runs first; it runs unless it has been made from the same result before`
    case 'unread':
      return 'it reads a large value that is compared when the run reaches it'
  }
}

function nameOfDigest(name: string): string {
  if (name === CODE_DIGEST) return 'the code of its provider'
  return name === SETTINGS_DIGEST
    ? 'provider settings (provider, model, version, config or outputs)'
    : `input "${name}"`
}
