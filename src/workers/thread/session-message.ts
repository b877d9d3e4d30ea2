import type { MessagePort } from 'node:worker_threads'
import type { CancelReason, JobTemplate } from '../../model/job.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { StoreOptions } from '../../storage/store-options.js'
import type { PackedJobs } from './packed-jobs.js'
import type { PackedMessages } from './packed-messages.js'

/**
 * What host and thread say to each other during a session, over one MessagePort that keeps their order.
 * `run` numbers the run in the pool.
 */
export type HostMessage =
  | {
      readonly type: 'run.open'
      readonly run: number
      readonly movieId: string
      /** Undefined: the store lives in the host, which keeps the bytes for the thread. */
      readonly storeUrl: string | undefined
    }
  /** Aborts what still runs. */
  | { readonly type: 'run.close'; readonly run: number }
  | { readonly type: 'template'; readonly run: number; readonly template: JobTemplate }
  | {
      readonly type: 'jobs'
      readonly run: number
      readonly templateId: number
      readonly jobs: PackedJobs
    }
  | {
      readonly type: 'cancel'
      readonly run: number
      readonly jobs: readonly number[]
      readonly reason: CancelReason
    }
  | {
      readonly type: 'checkpoint.durable'
      readonly run: number
      readonly job: number
      readonly attempt: number
      readonly requestNumber: number
    }
  | { readonly type: 'blob.reply'; readonly request: number; readonly reply: BlobReply }
  | { readonly type: 'ping' }
  /** No jobs are left: the thread is free. */
  | { readonly type: 'end' }

export type ThreadMessage =
  | { readonly type: 'messages'; readonly run: number; readonly messages: PackedMessages }
  | { readonly type: 'blob'; readonly run: number; readonly request: number; readonly call: BlobCall }
  /** The thread should get no more jobs. */
  | { readonly type: 'tainted' }
  | { readonly type: 'process'; readonly pid: number; readonly state: 'started' | 'ended' }
  | { readonly type: 'pong' }

export type BlobCall =
  | { readonly type: 'put'; readonly bytes: Uint8Array; readonly mimeType: string }
  | { readonly type: 'size'; readonly hash: string }
  | { readonly type: 'read'; readonly blob: BlobRef }

export type BlobReply =
  | { readonly type: 'blob'; readonly blob: BlobRef }
  | { readonly type: 'size'; readonly sizeBytes: number | undefined }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'error'; readonly code: string | undefined; readonly message: string }

/** Argument of the task that a session is. */
export interface SessionStart {
  readonly port: MessagePort
  readonly abortGraceMs: number
  readonly inlineLimitBytes: number
  /** Of the store that the thread opens. */
  readonly durability: NonNullable<StoreOptions['durability']>
}
