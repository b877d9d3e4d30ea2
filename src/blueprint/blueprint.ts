import type { CheckSpec } from '../model/check/check-spec.js'
import type { Condition, TestOperator } from '../model/condition/condition.js'
import type { JsonObject, JsonPath, JsonValue } from '../model/json.js'
import type { ProviderModel } from '../model/run/provider-model.js'
import type { FallbackReason } from './fallback-schema.js'
import type { Selector } from './reference/selector.js'

/**
 * A checked blueprint: every name resolves, every reference is parsed, every selector fits its loop.
 * Made by `compileBlueprint`; the planner trusts it.
 */
export interface Blueprint {
  readonly name: string
  readonly description: string | undefined
  readonly inputs: ReadonlyMap<string, InputSpec>
  readonly loops: ReadonlyMap<string, LoopSpec>
  /** In the order of the file. */
  readonly producers: ReadonlyMap<string, ProducerSpec>
  /** When failed jobs stop a run that says nothing else. */
  readonly stop: StopSpec | undefined
  /** The definition as plain JSON, for hashing and for `runs/<runId>/plan.json`. */
  readonly definition: JsonObject
}

/** As a run's `stop`. */
export interface StopSpec {
  readonly failureRate: number
  readonly after?: number | undefined
}

export type InputType = 'text' | 'json' | 'number' | 'integer' | 'boolean' | 'table'

export interface InputSpec {
  readonly name: string
  readonly type: InputType
  readonly description: string | undefined
  /** Absent: the input is required. */
  readonly default: JsonValue | undefined
  readonly minimum: number | undefined
  readonly maximum: number | undefined
  /** Allowed values, for `text`, `number` and `integer`. */
  readonly options: readonly JsonValue[] | undefined
}

interface LoopBase {
  readonly name: string
  /** The loops around it that decide how long it is, outermost first; mostly none. */
  readonly parents: readonly string[]
  /** Its lists are made during the run, or are parts of such lists. */
  readonly isGrown: boolean
  /** Elements of one list, at most and at least. */
  readonly max: number | undefined
  readonly min: number | undefined
  /** How many a list will probably have, for estimates. */
  readonly expect: number | undefined
  /** It counts until enough elements are accepted; `count` and `max` are the most that are tried. */
  readonly until?: UntilSpec
}

/** When a list has enough elements. */
export interface UntilSpec {
  /** Elements to be accepted. */
  readonly accepted: number | InputReference
  /** The most elements that are tried. */
  readonly attempts: number
  /** The last of its loops is this one, and those before it are around it. */
  readonly producer: string
  /** A boolean or number that decides; absent: whether the job has succeeded. */
  readonly output: string | undefined
  /** What the output must be. */
  readonly tests: readonly { readonly operator: TestOperator; readonly operand: JsonValue }[]
}
/** Where a loop has its list or its number from. */
export type ListReference = InputReference | ElementReference | ArtifactReference
export type LoopSpec = LoopBase &
  (
    | { readonly type: 'count'; readonly count: number | ListReference }
    | {
        readonly type: 'over'
        readonly over: ListReference
        /** Names each element, wherever it stands in the list; absent: its position does. */
        readonly key?: KeyTemplate
      }
  )

/** Texts and parts of the loop's own element, in order. */
export type KeyTemplate = readonly (string | ElementReference)[]

export interface ProducerSpec {
  readonly name: string
  readonly description: string | undefined
  /** The one that is asked first. */
  readonly provider: string
  readonly model: string | undefined
  /** Who is asked next, in this order, where the one before fails in a way that `fallbackOn` names; mostly nobody. */
  readonly spares: readonly ProviderModel[]
  readonly fallbackOn: readonly FallbackReason[]
  readonly version: string | undefined
  /** Literal; `${…}` is not read here. */
  readonly config: JsonObject
  readonly loops: readonly string[]
  readonly with: ReadonlyMap<string, Template>
  readonly when: Condition<Template> | undefined
  /** What an answer must be to count; absent: any. */
  readonly check: CheckSpec | undefined
  /** Absent: nobody judges what it makes. */
  readonly review: ReviewSpec | undefined
  readonly outputs: ReadonlyMap<string, OutputSpec>
  /** Its results may be taken from a job with the same inputs, and given to one. */
  readonly reuse: boolean
  readonly retry: RetrySpec
  /** Its share of the places among producers that wait. */
  readonly priority: number
  /** Absent: the engine's default. */
  readonly timeoutMs: number | undefined
}

/** People judge what a producer makes before others read it. */
export interface ReviewSpec {
  /** Names of the outputs that wait for a person. */
  readonly outputs: readonly string[]
  /** They wait where this holds; absent: everywhere. */
  readonly when: Condition<Template> | undefined
}

export interface RetrySpec {
  /** Attempts in all, at least 1. */
  readonly attempts: number
  /** Delay before the second attempt; doubles with each one, with full jitter. */
  readonly baseDelayMs: number
  readonly maxDelayMs: number
}

export interface OutputSpec {
  readonly name: string
  /** `text`, `json`, `number`, `boolean` or a MIME type. */
  readonly type: string
  /** Loops the output's list is spread over; empty for a single artifact. */
  readonly loops: readonly string[]
}

/** A string, list or object of the blueprint with its `${…}` parsed. */
export type Template =
  | { readonly type: 'literal'; readonly value: JsonValue }
  /** Exactly one `${…}`: the value itself is passed. */
  | { readonly type: 'reference'; readonly reference: Reference }
  /** Text with `${…}` in it: rendered to a string. */
  | { readonly type: 'text'; readonly parts: readonly (string | Reference)[] }
  | { readonly type: 'list'; readonly items: readonly Template[] }
  | { readonly type: 'object'; readonly entries: readonly (readonly [string, Template])[] }

interface ReferenceBase {
  /** As written, with `${` and `}`. */
  readonly source: string
  /** Written with `?`: absent is fine. */
  readonly isOptional: boolean
}

/** `${inputs.story}`, `${inputs.settings.style}` */
export interface InputReference extends ReferenceBase {
  readonly type: 'input'
  readonly input: string
  readonly path: JsonPath
}
/** `${row.prompt}`: the element of an `over` loop that the producer runs in. */
export interface ElementReference extends ReferenceBase {
  readonly type: 'element'
  readonly loop: string
  readonly path: JsonPath
}
/** `${index.row}`: 0-based. */
interface IndexReference extends ReferenceBase {
  readonly type: 'index'
  readonly loop: string
}
/** `${Picture[page-1].Image?}`, `${Script.Pages[page].scene}`, `${Clip[page][*].Video}` */
export interface ArtifactReference extends ReferenceBase {
  readonly type: 'artifact'
  readonly producer: string
  /** One a loop of the producer. */
  readonly selectors: readonly Selector[]
  readonly output: string
  /** One a loop of the output. */
  readonly outputSelectors: readonly Selector[]
  readonly path: JsonPath
}
export type Reference = InputReference | ElementReference | IndexReference | ArtifactReference
