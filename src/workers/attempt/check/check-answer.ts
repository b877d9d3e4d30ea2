import type { CheckContext, CheckRequest } from '../../../model/check/check-module.js'
import type { CheckSpec } from '../../../model/check/check-spec.js'
import type { OutputRequest } from '../../../model/provider/provider.js'
import { callCheckModule } from './call-check-module.js'
import { unmetRules } from './unmet-rules.js'

/** What is known of an attempt that a check does not see. */
export interface CheckedAttempt {
  readonly requested: Readonly<Record<string, OutputRequest>>
  readonly baseFolder: string
  readonly timeoutMs: number
}

/**
 * What is wrong with an answer, a reason each; none: it counts. A module is asked only about answers that the schemas
 * and conditions accept.
 * @throws ProviderError `bug` when the module fails
 */
export async function checkAnswer(
  spec: CheckSpec,
  request: CheckRequest,
  context: CheckContext,
  { requested, baseFolder, timeoutMs }: CheckedAttempt,
): Promise<readonly string[]> {
  const reasons = unmetRules(spec.rules, request)
  if (Object.keys(spec.schemas).length > 0) {
    const { schemaFaults } = await import('./schema-faults.js')
    reasons.push(...schemaFaults(spec, request.outputs, requested))
  }
  if (reasons.length > 0 || spec.module === undefined) return reasons
  return await callCheckModule({ file: spec.module, baseFolder, timeoutMs }, request, context)
}
