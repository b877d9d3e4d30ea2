import type { JobTemplate, ProducedArtifact } from '../../../model/job.js'
import type { AnswerOutputs } from '../../../model/movie/event.js'
import type { ProduceContext, ProduceRequest } from '../../../model/provider/provider.js'
import { loadAnswer } from '../input/load-answer.js'
import { answerOutputs } from './answer-outputs.js'
import { checkAnswer } from './check-answer.js'

/** An answer that a check does not accept. */
export interface Rejection {
  readonly reasons: readonly string[]
  /** The whole answer, as its event keeps it. */
  readonly outputs: AnswerOutputs
}

/**
 * Looks at an answer whose artifacts are stored, when its producer has a check; undefined: it counts.
 * @throws ProviderError `bug` when the check itself fails
 */
export async function rejectionOf(
  { check, outputs: requested, timeoutMs }: JobTemplate,
  request: ProduceRequest,
  context: ProduceContext,
  artifacts: readonly ProducedArtifact[],
): Promise<Rejection | undefined> {
  if (check === undefined) return undefined
  const { jobId, producer, indices, inputs, attempt, baseFolder } = request
  const outputs = answerOutputs(requested, artifacts)
  const answer = await loadAnswer(requested, outputs, blob => context.read(blob))
  const asked = { jobId, producer, indices, inputs, outputs: answer, attempt }
  const reasons = await checkAnswer(check, asked, context, { requested, baseFolder, timeoutMs })
  return reasons.length === 0 ? undefined : { reasons, outputs }
}
