export const TEST_OPERATORS = [
  'is',
  'isNot',
  'in',
  'contains',
  'greaterThan',
  'lessThan',
  'atLeast',
  'atMost',
  'exists',
  'matches',
] as const
export type TestOperator = (typeof TEST_OPERATORS)[number]

/** What a condition asks. `Value` says where a value comes from. */
export type Condition<Value> =
  | { readonly type: 'all'; readonly conditions: readonly Condition<Value>[] }
  | { readonly type: 'any'; readonly conditions: readonly Condition<Value>[] }
  /** Several operators in one test must all hold. */
  | {
      readonly type: 'test'
      readonly value: Value
      readonly operators: readonly { readonly operator: TestOperator; readonly operand: Value }[]
    }
