import { canonicalJson, type JsonValue } from '../json.js'
import { type LinearPattern, linearPattern } from '../linear-pattern.js'
import type { InputValue } from '../provider/provider.js'
import type { TestOperator } from './condition.js'

/** One operator of a condition, on a value; undefined is absent. */
export function testValue(
  operator: TestOperator,
  value: InputValue | undefined,
  operand: InputValue | undefined,
): boolean {
  if (operator === 'exists') return (value !== undefined && value !== null) === (operand !== false)
  if (operator === 'isNot') return !areEqual(value, operand)
  if (value === undefined || operand === undefined) return false
  switch (operator) {
    case 'is':
      return areEqual(value, operand)
    case 'in':
      return Array.isArray(operand) && operand.some(item => areEqual(value, item))
    case 'contains':
      if (typeof value === 'string') return typeof operand === 'string' && value.includes(operand)
      return Array.isArray(value) && value.some(item => areEqual(item, operand))
    case 'matches':
      return typeof value === 'string' && typeof operand === 'string' && pattern(operand).test(value)
    default:
      return compares(operator, value, operand)
  }
}

function compares(
  operator: 'greaterThan' | 'lessThan' | 'atLeast' | 'atMost',
  value: InputValue,
  operand: InputValue,
): boolean {
  const difference = order(value, operand)
  switch (operator) {
    case 'greaterThan':
      return difference > 0
    case 'lessThan':
      return difference < 0
    case 'atLeast':
      return difference >= 0
    case 'atMost':
      return difference <= 0
  }
}

/** Negative, 0 or positive; NaN (which no operator accepts) for values that have no order. */
function order(left: InputValue, right: InputValue): number {
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0
  return numberOf(left) - numberOf(right)
}

/** CSV cells are strings: compared with a number, a numeric one counts as a number. */
function numberOf(value: InputValue): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}

function areEqual(left: InputValue | undefined, right: InputValue | undefined): boolean {
  if (left === right) return true
  if (left === undefined || right === undefined) return false
  if (typeof left === 'number' && typeof right === 'string') return left === numberOf(right)
  if (typeof left === 'string' && typeof right === 'number') return numberOf(left) === right
  return canonicalJson(left as JsonValue) === canonicalJson(right as JsonValue)
}

const patterns = new Map<string, LinearPattern>()
const PATTERN_CACHE_COUNT = 1_000

function pattern(source: string): LinearPattern {
  let compiled = patterns.get(source)
  if (!compiled) {
    if (patterns.size >= PATTERN_CACHE_COUNT) patterns.clear()
    compiled = linearPattern(source)
    patterns.set(source, compiled)
  }
  return compiled
}
