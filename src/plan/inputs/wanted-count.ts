import type { LoopSpec } from '../../blueprint/blueprint.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { type InputValues, inputPart } from './input-part.js'

/** How many elements of each list of a loop with `until` are to be accepted. @throws ShowrunnerError `INPUT_INVALID` */
export function wantedCount({ name, until }: LoopSpec, inputs: InputValues): number {
  const { accepted, attempts } = until!
  if (typeof accepted === 'number') return accepted
  const value = inputPart(inputs, accepted)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= attempts)
    return value
  throw new ShowrunnerError(
    'INPUT_INVALID',
    `Loop "${name}" goes on until ${accepted.source} are accepted, which is ${value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80)} and must be a whole number from 0 to ${attempts}, its until.attempts.`,
  )
}
