import type { JsonObject } from '../model/json.js'
import type {
  InputValue,
  OutputBytes,
  OutputRequest,
  ProduceFunction,
  Provider,
} from '../model/provider/provider.js'

/** A provider, its `produce`, or what `import('./my-provider.mjs')` gives. */
export type ProviderUnderTest =
  | Provider
  | ProduceFunction
  | {
      /** The module's default export. */
      readonly default: Provider | ProduceFunction
    }
  | {
      /** The module's `produce`. */
      readonly produce: ProduceFunction
    }

/** An input of a test: bytes become a blob that the provider reads with `context.read`. */
export type ContractInput =
  | InputValue
  | OutputBytes
  | readonly ContractInput[]
  | { readonly [key: string]: ContractInput }

/** What a blueprint's producer asks of the provider. */
export interface ContractRequest {
  /** What the job reads. */
  readonly inputs?: Readonly<Record<string, ContractInput>>
  /** At least one. */
  readonly outputs: Readonly<Record<string, OutputRequest>>
  /** The settings of the producer. */
  readonly config?: JsonObject
  /** The model that the provider is asked for. */
  readonly model?: string
  /** Absolute folder that relative paths in `config` start from. @default the working folder */
  readonly baseFolder?: string
}

/** The failures that a fake service may be asked for. */
export type FailureKind =
  | 'rate_limited'
  | 'overloaded'
  | 'timeout'
  | 'network'
  | 'invalid'
  | 'auth'
  | 'content'
  | 'too_large'

/** The service that the provider calls, as a test sees it. */
export interface FakeService {
  /** Makes the next request to the service fail in this way, once. */
  failNext?(kind: FailureKind): void | Promise<void>
  /** Failures that {@link failNext} knows. @default `rate_limited` and `overloaded` */
  readonly failures?: readonly FailureKind[]
  /** Pieces of work that the service has charged for, since any moment. */
  chargeCount?(): number | Promise<number>
  /** The service takes an idempotency key, and charges once for each: needs {@link chargeCount}. */
  readonly isIdempotent?: boolean
}

/** What the checks need to know of a provider. */
export interface ProviderContractOptions {
  /** One that succeeds. */
  readonly request: ContractRequest
  /** Laid over `request`: one that takes long, for the checks that abort it. @default `request` */
  readonly slow?: Partial<ContractRequest>
  /** Each laid over `request`: what the provider must refuse, by a name for the check. */
  readonly refused?: Readonly<Record<string, Partial<ContractRequest>>>
  /** Laid over `request`: one whose first output is a blob of `sizeBytes`. */
  readonly large?: Partial<ContractRequest> & {
    /** How many bytes it has. */
    readonly sizeBytes: number
    /** It must reach the store in small pieces. @default false */
    readonly isStreamed?: boolean
  }
  /** The service that the provider calls, in place of the real one. */
  readonly service?: FakeService
  /** The provider records a checkpoint, and goes on from it. */
  readonly isResumable?: boolean
  /** Keys that `request.config` or the environment holds, and that the provider must never repeat. */
  readonly secrets?: readonly string[]
  /** Longest time that an attempt may take, in milliseconds. @default 10000 */
  readonly timeoutMs?: number
  /** Longest time from an abort to the provider's end, in milliseconds. @default 5000, as in a run */
  readonly abortGraceMs?: number
}
