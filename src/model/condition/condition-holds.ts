import type { InputValue } from '../provider/provider.js'
import type { Condition } from './condition.js'
import { testValue } from './test-value.js'

/** Evaluates a condition. @param read gives a value; `undefined` when it is absent */
export function conditionHolds<Value>(
  condition: Condition<Value>,
  read: (value: Value) => InputValue | undefined,
): boolean {
  switch (condition.type) {
    case 'all':
      return condition.conditions.every(part => conditionHolds(part, read))
    case 'any':
      return condition.conditions.some(part => conditionHolds(part, read))
    case 'test': {
      const value = read(condition.value)
      return condition.operators.every(({ operator, operand }) => testValue(operator, value, read(operand)))
    }
  }
}
