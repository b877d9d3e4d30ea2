import { InvalidArgumentError } from 'commander'

/** Options of every command that looks at a store. */
export interface StoreOptions {
  readonly store?: string
  readonly config?: string
  readonly json?: boolean
}

/** Options of `run` and `plan`. */
export interface PlanOptions extends StoreOptions {
  readonly input?: readonly string[]
  readonly inputs?: string
  readonly movie?: string
  readonly regenerate?: readonly string[]
  readonly upToLayer?: number
  readonly simulate?: boolean
}

export interface RunOptions extends PlanOptions {
  readonly concurrency?: number
  readonly threads?: number
  readonly schedule?: 'layers' | 'dataflow'
  readonly failFast?: boolean
  /** Seconds; true without a number. */
  readonly wait?: number | true
  readonly takeover?: boolean
  readonly dryRun?: boolean
  readonly quiet?: boolean
}

export function wholeNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('It must be a whole number from 1.')
}

export function sequenceNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('It must be a whole number from 0.')
}

/** For options that may be given several times. */
export const gather = (value: string, before: readonly string[] = []): string[] => [...before, value]
