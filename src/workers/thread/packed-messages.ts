import type { JobSettled, ProducedArtifact } from '../../model/job.js'
import type { WorkerJobMessage } from '../session/session-message.js'

/**
 * Messages on their way from a thread. Successes with one text, which are most messages of a large run,
 * are sent as columns: the host, which handles every message of every thread, needs a quarter of the time for them.
 */
export interface PackedMessages {
  readonly plain: PlainSuccesses | undefined
  readonly others: readonly WorkerJobMessage[]
}

/** One success a row. */
interface PlainSuccesses {
  readonly output: string
  readonly jobs: readonly number[]
  readonly attempts: readonly number[]
  readonly durationsMs: readonly number[]
  readonly values: readonly string[]
  readonly hashes: readonly string[]
}

export function packMessages(messages: readonly WorkerJobMessage[]): PackedMessages {
  const others: WorkerJobMessage[] = []
  const jobs: number[] = []
  const attempts: number[] = []
  const durationsMs: number[] = []
  const values: string[] = []
  const hashes: string[] = []
  let output: string | undefined
  for (const message of messages) {
    const artifact = plainArtifact(message)
    output ??= artifact?.output
    if (artifact === undefined || artifact.output !== output) {
      others.push(message)
      continue
    }
    const { job, attempt, durationMs } = message as JobSettled
    jobs.push(job)
    attempts.push(attempt)
    durationsMs.push(durationMs)
    values.push(artifact.value as string)
    hashes.push(artifact.hash)
  }
  const plain = output === undefined ? undefined : { output, jobs, attempts, durationsMs, values, hashes }
  return { plain, others }
}

/**
 * The messages of one job keep their order: a success is always the last.
 * @param inputsHashes of the plain successes, where they are known
 */
export function unpackMessages(
  { plain, others }: PackedMessages,
  inputsHashes?: readonly string[],
): readonly WorkerJobMessage[] {
  if (plain === undefined) return others
  const { output, jobs, attempts, durationsMs, values, hashes } = plain
  const messages: WorkerJobMessage[] = [...others]
  for (let row = 0; row < jobs.length; row++) {
    const type = 'job.settled'
    const job = jobs[row]!
    const attempt = attempts[row]!
    const durationMs = durationsMs[row]!
    const artifact = { output, index: 0, value: values[row]!, hash: hashes[row]! }
    const outcome = { state: 'succeeded', artifacts: [artifact] } as const
    messages.push(
      inputsHashes === undefined
        ? { type, job, attempt, durationMs, outcome }
        : { type, job, attempt, durationMs, outcome, inputsHash: inputsHashes[row]! },
    )
  }
  return messages
}

function plainArtifact(message: WorkerJobMessage): ProducedArtifact | undefined {
  if (message.type !== 'job.settled') return undefined
  if (message.limits !== undefined || message.isFiling !== undefined) return undefined
  const { outcome } = message
  if (outcome.state !== 'succeeded' || outcome.artifacts.length !== 1) return undefined
  if (outcome.usage !== undefined || outcome.costUsd !== undefined || outcome.reused !== undefined)
    return undefined
  const [artifact] = outcome.artifacts
  return typeof artifact!.value === 'string' && artifact!.index === 0 ? artifact : undefined
}
