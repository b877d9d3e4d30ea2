import type { SubsetFacts, UntilFacts } from '../../index.js'
import { formatCount } from './output.js'

/** What a run makes that is not to make all, and which producers wait. */
export function subsetText({ loop, elements, total, waiting }: SubsetFacts): string {
  const part = `Only ${formatCount(elements.length)} of ${formatCount(total)} elements of ${loop}.`
  if (waiting.length === 0) return part
  const verb = waiting.length === 1 ? 'waits until they are' : 'wait until they are'
  return `${part} ${waiting.join(', ')} ${verb} all there.`
}

/** Where a run ends, and what it leaves out. */
export function untilText({ producers, leftOut }: UntilFacts): string {
  const part = `Only until ${producers.join(', ')}.`
  if (leftOut.length === 0) return `${part} Nothing comes after that.`
  return `${part} Left out: ${leftOut.join(', ')}. Without --until they are made as well, and nothing is made twice.`
}
