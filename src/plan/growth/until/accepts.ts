import { conditionHolds } from '../../../model/condition/condition-holds.js'
import type { JsonValue } from '../../../model/json.js'
import type { ArtifactSource } from '../../values/artifact-source.js'
import type { UntilRule } from '../list-growth.js'

/** What must be known of a job and of what it has made. */
type ElementSource = Pick<ArtifactSource, 'endOf' | 'hasArtifact' | 'artifactValue'>

/** Whether the element of a job that decides, and has settled, is accepted. */
export function accepts({ loop, family, output }: UntilRule, job: number, source: ElementSource): boolean {
  if (source.endOf(job) !== 'made') return false
  if (output === undefined) return true
  const block = family.blockOf(job)
  const slot = block.firstArtifactOf(job) + block.outputs[output]!.offset
  return source.hasArtifact(slot) && passes(loop.until.tests, source.artifactValue(slot))
}

function passes(tests: UntilRule['loop']['until']['tests'], value: JsonValue | undefined): boolean {
  if (value === undefined) return false
  const operators = tests.map(({ operator, operand }) => ({ operator, operand }))
  return conditionHolds<JsonValue>({ type: 'test', value, operators }, each => each)
}
