import { unknownNameText } from '../../diagnostics/unknown-name.js'
import { TEST_OPERATORS, type TestOperator } from '../../model/condition/condition.js'
import { testValue } from '../../model/condition/test-value.js'
import { ShowrunnerError } from '../../model/error/error.js'
import { JOB_ERROR_CODES, type JobErrorCode } from '../../model/error/job-error-code.js'
import { parseJson } from '../../model/json/parse-json.js'
import { type JsonValue, valueAt } from '../../model/json.js'
import type { ArtifactRecord } from '../../model/movie/manifest.js'
import type { LedgerState, MovieState } from '../../model/movie/movie-state.js'
import type { SlotIndex } from '../../model/movie/slots.js'
import type { Family } from '../geometry/family.js'

/** What is known of jobs and artifacts, by their slots: a movie's state, or one whose slots are others. */
export interface JobFacts {
  jobState(job: number): LedgerState
  errorCode(job: number): JobErrorCode | undefined
  artifact(slot: number): ArtifactRecord | undefined
}

/** Whether a job is meant, by what the movie has of it. */
export type JobTest = (family: Family, job: number, facts: JobFacts) => boolean

/** Of a movie, for jobs that are laid out in other slots than its own. */
export function factsById(movie: MovieState, slots: SlotIndex): JobFacts {
  const own = (job: number) => movie.slots.knownJob(slots.jobIdAt(job))
  return {
    jobState: job => (own(job) === -1 ? 'unknown' : movie.jobState(own(job))),
    errorCode: job => (own(job) === -1 ? undefined : movie.errors.get(own(job))?.code),
    artifact(slot) {
      const known = movie.slots.knownArtifact(slots.artifactIdAt(slot))
      return known === -1 ? undefined : movie.artifact(known)
    },
  }
}

/**
 * `failed`, `failed rate_limited`, or an output compared as in `when`: `Score lessThan 0.5`, `Facts.lang is de`.
 * @throws ShowrunnerError `USAGE_INVALID`
 */
export function jobTest(written: string): JobTest {
  const [first = '', second, ...rest] = written.trim().split(/\s+/)
  if (first === 'failed') return failedTest(second)
  const operator = TEST_OPERATORS.find(name => name === second)
  if (operator === undefined)
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `"where ${written.trim()}" is not understood. Write "where failed", "where failed rate_limited", or an output with an operator and a value: "where Score lessThan 0.5". Operators: ${TEST_OPERATORS.join(', ')}.`,
    )
  const operand = rest.length === 0 && operator === 'exists' ? true : operandOf(rest.join(' '))
  return outputTest(first, operator, operand)
}

function failedTest(code: string | undefined): JobTest {
  if (code !== undefined && !JOB_ERROR_CODES.includes(code as JobErrorCode))
    throw new ShowrunnerError('USAGE_INVALID', unknownNameText('error code of jobs', code, JOB_ERROR_CODES))
  return (_, job, facts) =>
    facts.jobState(job) === 'failed' && (code === undefined || facts.errorCode(job) === code)
}

/** JSON if it is some, else the text as it is. */
function operandOf(text: string): JsonValue {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}

function outputTest(written: string, operator: TestOperator, operand: JsonValue): JobTest {
  const [output = '', ...path] = written.split('.')
  const keys = path.map(part => (/^\d+$/.test(part) ? Number(part) : part))
  return (family, job, facts) => {
    const block = family.blockOf(job)
    const shape = block.outputs.find(({ spec }) => spec.name === output)
    if (shape === undefined)
      throw new ShowrunnerError(
        'USAGE_INVALID',
        unknownNameText(
          `output of ${family.producer.name}`,
          output,
          block.outputs.map(({ spec }) => spec.name),
        ),
      )
    const artifact = facts.artifact(block.firstArtifactOf(job) + shape.offset)
    if (artifact?.blob !== undefined && operator !== 'exists')
      throw new ShowrunnerError(
        'USAGE_INVALID',
        `${artifact.artifactId} is a file of ${artifact.blob.sizeBytes} bytes, which cannot be compared. Choose jobs by a shorter output, or by their ids.`,
      )
    const value = artifact?.blob ? true : artifact && valueAt(artifact.value ?? null, keys)
    return testValue(operator, value, operand)
  }
}
