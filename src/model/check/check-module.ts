import type { AnswerOutputs } from '../movie/event.js'
import type { InputValue, ProduceContext } from '../provider/provider.js'

/** An answer that a check is asked about. */
export interface CheckRequest {
  /** `Producer:Picture[3]` */
  readonly jobId: string
  /** The producer's name. */
  readonly producer: string
  /** 0-based index by loop name. */
  readonly indices: Readonly<Record<string, number>>
  /** What the provider was given, by its names under `with`. */
  readonly inputs: Readonly<Record<string, InputValue>>
  /** The answer by output name: values, and files as references; lists of outputs that are spread over loops. */
  readonly outputs: AnswerOutputs
  /** The attempt that has made it, from 1. */
  readonly attempt: number
}

/** What a check can do besides. */
export type CheckContext = Pick<ProduceContext, 'signal' | 'read' | 'readStream' | 'log'>

/** What is wrong with the answer: nothing, one reason, several, or `false` for no reason that can be said. */
export type CheckFindings = undefined | null | boolean | string | readonly string[]

/** The default export of a check's module. */
export type CheckFunction = (
  request: CheckRequest,
  context: CheckContext,
) => CheckFindings | Promise<CheckFindings>
