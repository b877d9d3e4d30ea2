import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { InputValue, OutputValue } from '../../model/provider/provider.js'
import type { ChooseConfig } from './choose-config.js'

/** The candidate that was chosen. */
export interface Choice {
  /** Its place in the list, from 0. */
  readonly index: number
  readonly candidate: OutputValue
  /** Undefined when a judge has picked it. */
  readonly score: number | undefined
}

type Given = InputValue | undefined

/**
 * The candidate with the best score, the first of equal ones. Candidates and scores that are `null` are passed over.
 * @throws ProviderError `content` when none is left or good enough, `invalid` when the inputs do not fit
 */
export function bestOf(from: Given, scores: Given, { order, atLeast, atMost }: ChooseConfig): Choice {
  const candidates = listOf('from', from)
  const given = listOf('scores', scores)
  if (given.length !== candidates.length) {
    throw invalid(
      `"from" has ${candidates.length} candidates and "scores" has ${given.length}. They need the same length: a "[*]?" leaves out what failed, in each list by itself; without the "?" a failure skips the job.`,
    )
  }
  let best: (Choice & { readonly score: number }) | undefined
  for (const [index, candidate] of candidates.entries()) {
    const written = given[index] ?? null
    if (candidate === null || written === null) continue
    const score = numberOf(`scores[${index}]`, written)
    const isBetter = best === undefined || (order === 'lowest' ? score < best.score : score > best.score)
    if (isBetter) best = { index, candidate: candidate as OutputValue, score }
  }
  if (best === undefined) throw nothingLeft(candidates.length)
  if (atLeast !== undefined && best.score < atLeast) {
    throw notChosen(
      `the best of ${candidates.length} has the score ${best.score}, and config.atLeast is ${atLeast}.`,
    )
  }
  if (atMost !== undefined && best.score > atMost) {
    throw notChosen(
      `the best of ${candidates.length} has the score ${best.score}, and config.atMost is ${atMost}.`,
    )
  }
  return best
}

/**
 * The candidate that a judge has picked by its number from 0.
 * @throws ProviderError `content` when it is `null`, `invalid` when there is no such number
 */
export function pickedOf(from: Given, pick: Given): Choice {
  const candidates = listOf('from', from)
  if (!candidates.some(candidate => candidate !== null)) throw nothingLeft(candidates.length)
  if (pick === undefined || pick === null)
    throw invalid('"scores" and "pick" are both absent. One of them must say which candidate is the best.')
  const index = numberOf('pick', pick)
  if (!Number.isInteger(index) || index < 0 || index >= candidates.length) {
    throw invalid(`"pick" is ${index}, and the candidates are numbered from 0 to ${candidates.length - 1}.`)
  }
  const candidate = candidates[index]!
  if (candidate === null) throw notChosen(`"pick" is ${index}, and that candidate is null.`)
  return { index, candidate: candidate as OutputValue, score: undefined }
}

function listOf(name: string, value: Given): readonly InputValue[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw invalid(`"${name}" must be a list, such as a fan-in "\${Take[row][*].Text}".`)
}

/** Models write numbers as texts. */
function numberOf(name: string, value: InputValue): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : `of type ${typeof value}`
  throw invalid(`"${name}" must be a number, and is ${shown}.`)
}

const invalid = (problem: string) => new ProviderError('invalid', `Provider choose: ${problem}`)
const notChosen = (reason: string) => new ProviderError('content', `Nothing was chosen: ${reason}`)
const nothingLeft = (count: number) =>
  notChosen(
    count === 0 ? 'there are no candidates.' : `none of the ${count} candidates is there and has a score.`,
  )
