import type { JobAssignment, JobOutcome, JobTemplate } from '../../../src/model/job.js'
import type { ProduceFunction, Provider } from '../../../src/model/provider/provider.js'
import { JobRunner } from '../../../src/workers/attempt/job-runner.js'
import type { BlobAccess } from '../../../src/workers/attempt/output/blob-access.js'
import { MemoryBlobs } from '../storage/memory-blobs.js'
import { assignment, jobTemplate } from './job-fixture.js'
import { JobInbox } from './job-inbox.js'

export interface ProviderRun {
  readonly outcome: JobOutcome
  readonly inbox: JobInbox
  readonly blobs: MemoryBlobs
}

/** Runs one attempt of a provider as a worker would, with its blobs in memory; checkpoints are durable at once. */
export async function runProvider(
  provider: Provider | ProduceFunction,
  { baseFolder = '/', ...template }: Partial<JobTemplate> & { readonly baseFolder?: string } = {},
  job: Partial<JobAssignment> = {},
  options: {
    blobs?: MemoryBlobs
    access?: BlobAccess
    inlineLimitBytes?: number
    onStart?: (runner: JobRunner) => void
  } = {},
): Promise<ProviderRun> {
  const inbox = new JobInbox()
  const blobs = options.blobs ?? new MemoryBlobs()
  const runner = new JobRunner({
    baseFolder,
    blobs: options.access ?? blobs,
    abortGraceMs: 1_000,
    inlineLimitBytes: options.inlineLimitBytes ?? 16_384,
    provider: () => (typeof provider === 'function' ? { produce: provider } : provider),
    send: message => {
      inbox.receive([message])
      if (message.type !== 'job.checkpoint') return
      setImmediate(() => runner.acknowledgeCheckpoint(message.job, message.attempt, message.requestNumber))
    },
  })
  runner.start(jobTemplate(template), [assignment(0, {}, job)])
  options.onStart?.(runner)
  return { outcome: await inbox.outcome(0, job.attempt ?? 1), inbox, blobs }
}

/** The made values by output name; a list where an output has several. */
export function valuesOf(outcome: JobOutcome): Record<string, unknown> {
  if (outcome.state === 'failed') throw new Error(`${outcome.error.code}: ${outcome.error.message}`)
  const values: Record<string, unknown> = {}
  for (const { output, index, value, blob } of outcome.artifacts) {
    const made = value ?? blob
    if (index === 0) values[output] = made
    else values[output] = [values[output], made].flat()
  }
  return values
}
