import type { CheckRequest } from '../../../model/check/check-module.js'
import type { CheckPart, CheckRule, CheckValue } from '../../../model/check/check-spec.js'
import type { Condition, TestOperator } from '../../../model/condition/condition.js'
import { conditionHolds } from '../../../model/condition/condition-holds.js'
import { testValue } from '../../../model/condition/test-value.js'
import { type JsonValue, valueAt } from '../../../model/json.js'
import { cut } from '../../../model/text/shown-value.js'

/** The part of a request that conditions see. */
type CheckedAnswer = Pick<CheckRequest, 'inputs' | 'outputs'>

/** Characters of a value that a reason shows. */
const SHOWN_LIMIT_CHARS = 200

const WORDS: Readonly<Record<TestOperator, string>> = {
  is: 'must be',
  isNot: 'must not be',
  in: 'must be one of',
  contains: 'must contain',
  greaterThan: 'must be greater than',
  lessThan: 'must be less than',
  atLeast: 'must be at least',
  atMost: 'must be at most',
  exists: 'must be there:',
  matches: 'must match',
}

/** A reason for each rule that an answer does not meet. */
export function unmetRules(rules: readonly CheckRule[], answer: CheckedAnswer): string[] {
  const read = (value: CheckValue) => valueIn(answer, value)
  return rules
    .filter(({ condition }) => !conditionHolds(condition, read))
    .map(({ condition, reason }) => reason ?? unmet(condition, read).join('; '))
}

function unmet(
  condition: Condition<CheckValue>,
  read: (value: CheckValue) => JsonValue | undefined,
): string[] {
  switch (condition.type) {
    case 'all':
      return condition.conditions
        .filter(part => !conditionHolds(part, read))
        .flatMap(part => unmet(part, read))
    case 'any':
      return [condition.conditions.map(part => unmet(part, read).join(' and ')).join(', or ')]
    case 'test': {
      const value = read(condition.value)
      const name = nameOf(condition.value)
      return condition.operators
        .filter(({ operator, operand }) => !testValue(operator, value, read(operand)))
        .map(
          ({ operator, operand }) =>
            `${name} ${WORDS[operator]} ${shown(read(operand))}, and is ${shown(value)}`,
        )
    }
  }
}

function valueIn(answer: CheckedAnswer, value: CheckValue): JsonValue | undefined {
  switch (value.type) {
    case 'literal':
      return value.value
    case 'part':
      return partOf(answer, value)
    case 'text':
      return value.parts
        .map(part => (typeof part === 'string' ? part : textOf(partOf(answer, part))))
        .join('')
  }
}

/** A reference to a file is plain data, too: its `sizeBytes` can be compared. */
function partOf({ outputs, inputs }: CheckedAnswer, { of, path }: CheckPart): JsonValue | undefined {
  return valueAt((of === 'outputs' ? outputs : inputs) as JsonValue, path)
}

const textOf = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)

function nameOf(value: CheckValue): string {
  if (value.type === 'literal') return shown(value.value)
  const parts = value.type === 'text' ? value.parts : [value]
  return parts.map(part => (typeof part === 'string' ? part : part.path.join('.'))).join('')
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'absent'
  return cut(JSON.stringify(value), SHOWN_LIMIT_CHARS)
}
