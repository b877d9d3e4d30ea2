import type { Condition } from '../condition/condition.js'
import type { JsonObject, JsonPath, JsonValue } from '../json.js'

/** `${outputs.Text}` or `${with.name}`: a part of the answer, or of what the provider was given. */
export interface CheckPart {
  readonly type: 'part'
  readonly of: 'outputs' | 'with'
  readonly path: JsonPath
  /** As written, with `${` and `}`. */
  readonly source: string
}

/** What a condition of a check compares. */
export type CheckValue =
  | { readonly type: 'literal'; readonly value: JsonValue }
  | CheckPart
  /** Text with parts in it. */
  | { readonly type: 'text'; readonly parts: readonly (string | CheckPart)[] }

/** A condition that answers must meet, and what is said when one does not. */
export interface CheckRule {
  readonly condition: Condition<CheckValue>
  /** Absent: the condition in words. */
  readonly reason?: string
}

/** What an answer must be to count. Plain data, on its way to the workers. */
export interface CheckSpec {
  /** JSON Schemas by output name. */
  readonly schemas: Readonly<Record<string, JsonObject | boolean>>
  readonly rules: readonly CheckRule[]
  /** A file that exports a function, relative to the blueprint's folder. */
  readonly module?: string
  /** Answers in all that a job may give, at least 1. */
  readonly attempts: number
}
