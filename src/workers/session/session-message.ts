import type {
  AttemptAddress,
  AttemptCancelReason,
  JobAssignment,
  JobFiled,
  JobMessage,
  JobTemplate,
  RunAddress,
} from '../../model/job.js'
import type { BlobRef } from '../../model/movie/event.js'

/** What a worker tells of its jobs. */
export type WorkerJobMessage = JobMessage | JobFiled

/**
 * What a host says to a worker during a session, over a {@link Link}. All of it is plain data that means the same on
 * another machine: code is named and not located, and no path, port or function is in it.
 */
export type HostMessage =
  | (RunAddress & { readonly type: 'run.open'; readonly movieId: string })
  /** Aborts what still runs. */
  | (RunAddress & { readonly type: 'run.close' })
  | (RunAddress & { readonly type: 'template'; readonly template: JobTemplate })
  | (RunAddress & {
      readonly type: 'jobs'
      readonly templateId: number
      readonly jobs: readonly JobAssignment[]
    })
  | (RunAddress & {
      readonly type: 'cancel'
      readonly attempts: readonly AttemptAddress[]
      readonly reason: AttemptCancelReason
    })
  | (RunAddress & AttemptAddress & { readonly type: 'checkpoint.durable'; readonly requestNumber: number })
  | { readonly type: 'blob.reply'; readonly request: number; readonly reply: BlobReply }
  | { readonly type: 'ping' }
  /** No jobs are left: the worker is free. */
  | { readonly type: 'end' }

/** What a worker says to its host. */
export type WorkerMessage =
  | (RunAddress & { readonly type: 'messages'; readonly messages: readonly WorkerJobMessage[] })
  | (RunAddress & { readonly type: 'blob'; readonly request: number; readonly call: BlobCall })
  /** The worker should get no more jobs. */
  | { readonly type: 'tainted' }
  | { readonly type: 'pong' }

/** A worker that cannot reach the movie's store asks the host for what it needs of it. */
export type BlobCall =
  | { readonly type: 'put'; readonly bytes: Uint8Array; readonly mimeType: string }
  | { readonly type: 'size'; readonly hash: string }
  | { readonly type: 'read'; readonly blob: BlobRef }

export type BlobReply =
  | { readonly type: 'blob'; readonly blob: BlobRef }
  | { readonly type: 'size'; readonly sizeBytes: number | undefined }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'error'; readonly code: string | undefined; readonly message: string }
