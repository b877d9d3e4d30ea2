import type { ProducedArtifact } from '../../../model/job.js'
import type { AnswerOutputs } from '../../../model/movie/event.js'
import type { OutputRequest } from '../../../model/provider/provider.js'

/** The artifacts of an answer by output name: values, and references to what is in the store. */
export function answerOutputs(
  requested: Readonly<Record<string, OutputRequest>>,
  artifacts: readonly ProducedArtifact[],
): AnswerOutputs {
  const outputs: Record<string, AnswerOutputs[string]> = {}
  for (const output in requested) {
    const own = artifacts.filter(artifact => artifact.output === output)
    const contents = own.map(({ value, blob }) => blob ?? value!)
    outputs[output] = requested[output]!.count === undefined ? contents[0]! : contents
  }
  return outputs
}
