import { InvalidArgumentError } from '@commander-js/extra-typings'
import { parseDuration } from '../../index.js'
import { amountOf } from './amount.js'

/** For options that may be given several times. */
export const gather = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
]

/** A whole number from 1. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('Expected a whole number from 1.')
}

/** `5,20,100` */
export const wholeNumbers = (text: string): readonly number[] =>
  text.split(',').map(part => wholeNumber(part.trim()))

/** The number of an event in the log, from 0. */
export function sequenceNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('Expected a whole number from 0.')
}

/** `90` (seconds), `500ms`, `30s`, `2m`, `1h`. In milliseconds. */
export function duration(text: string): number {
  const ms = parseDuration(/^\d+$/.test(text) ? `${text}s` : text)
  if (ms !== undefined) return ms
  throw new InvalidArgumentError('Expected a duration such as 30s, 2m or 1h. Put the blueprint before it.')
}

/** `5usd`, `$5` or `5`. In dollars. */
export function dollars(text: string): number {
  const amount = amountOf(text)
  if (amount !== undefined) return amount
  throw new InvalidArgumentError('Expected an amount such as 5usd.')
}
