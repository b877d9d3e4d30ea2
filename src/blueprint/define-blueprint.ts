import type { BlueprintShape } from './typing/blueprint-shape.js'
import type { CheckedReferences } from './typing/checked-references.js'

/**
 * A blueprint written in TypeScript. Its names and types are inferred: `engine.run` asks for its inputs, and results
 * have its outputs. A `${…}` whose name stands for nothing is an error of the compiler; everything else is checked when
 * it is planned or run.
 *
 * @example
 * const replies = defineBlueprint({
 *   name: 'replies',
 *   inputs: { mails: 'table', tone: { type: 'text', default: 'kind' } },
 *   loops: { mail: { over: '${inputs.mails}' } },
 *   producers: {
 *     Reply: {
 *       loop: 'mail',
 *       provider: 'writer',
 *       with: { text: '${mail.text}', tone: '${inputs.tone}' },
 *       outputs: { Text: 'text', Score: 'number' },
 *     },
 *   },
 * })
 */
export function defineBlueprint<const Blueprint extends BlueprintShape>(
  definition: Blueprint & CheckedReferences<Blueprint>,
): Blueprint {
  return definition
}
