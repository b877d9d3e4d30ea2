import { InvalidArgumentError, Option } from 'commander'
import { DURATION, durationMs } from '../blueprint/duration.js'
import { amountOf } from './input/budget-option.js'

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
  readonly budget?: readonly string[]
  readonly budgetRun?: readonly string[]
}

export interface RunOptions extends PlanOptions {
  readonly concurrency?: number
  readonly threads?: number
  readonly cache?: string
  readonly schedule?: 'layers' | 'dataflow'
  readonly failFast?: boolean
  /** Milliseconds; true without a duration. */
  readonly wait?: number | true
  /** Milliseconds. */
  readonly outageWait?: number
  readonly takeover?: boolean
  readonly dryRun?: boolean
  readonly quiet?: boolean
}

export interface RehearseOptions extends PlanOptions {
  readonly concurrency?: readonly number[]
  readonly schedule?: 'layers' | 'dataflow'
  readonly failFast?: boolean
  /** Milliseconds. */
  readonly outageWait?: number
  readonly latency?: readonly string[]
}

/** `5,20,100` */
export const wholeNumbers = (text: string): number[] => text.split(',').map(part => wholeNumber(part.trim()))

export interface ProbeOptions extends StoreOptions {
  readonly producer?: string
  readonly input?: readonly string[]
  readonly inputs?: string
  readonly movie?: string
  readonly simulate?: boolean
  readonly provider?: string
  readonly model?: string
  readonly with?: readonly string[]
  readonly outputType?: string
  readonly maxConcurrency?: number
  readonly maxCalls?: number
  /** Dollars. */
  readonly maxCost?: number
  /** Milliseconds. */
  readonly maxTime?: number
  readonly threads?: number
  readonly html?: string
  readonly output?: string
  readonly quiet?: boolean
}

export function wholeNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('It must be a whole number from 1.')
}

/** `90`, in seconds, or with its unit: `500ms`, `30s`, `2m`, `1h`. In milliseconds. */
export function duration(text: string): number {
  const written = /^\d+$/.test(text) ? `${text}s` : text
  if (DURATION.test(written)) return durationMs(written)
  throw new InvalidArgumentError('It must be a duration such as 30s, 2m or 1h (put the blueprint before it).')
}

export function sequenceNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('It must be a whole number from 0.')
}

/** For options that may be given several times. */
export const gather = (value: string, before: readonly string[] = []): string[] => [...before, value]

/** `5usd`, `$5` or `5`. In dollars. */
export function dollars(text: string): number {
  const amount = amountOf(text)
  if (amount !== undefined) return amount
  throw new InvalidArgumentError('It must be an amount such as 5usd.')
}

export const outageWaitOption = (): Option =>
  new Option(
    '--outage-wait <duration>',
    'stop after waiting so long for a service that does not answer (default: 30m; 1m if it never has)',
  ).argParser(duration)

export const scheduleOption = (): Option =>
  new Option(
    '--schedule <how>',
    'layers: one layer after the other; dataflow: each job as soon as its inputs exist',
  ).choices(['layers', 'dataflow'])
