import { InvalidArgumentError } from '@commander-js/extra-typings'
import { type ElementCount, parseDuration } from '../../index.js'
import { amountOf } from './amount.js'

/** For options that may be given several times. */
export const gatherOption = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
]

/** The same for an option that may come without a value, which stands for all. */
export const gatherCodesOption = (
  value: string | boolean,
  before: readonly string[] | undefined,
): readonly string[] => [...(before ?? []), typeof value === 'string' ? value : '']

/** The number of an event, or a text that names a moment: the id of a run, or a time. */
export const momentOption = (text: string): number | string => (/^\d{1,15}$/.test(text) ? Number(text) : text)

/** A whole number from 1. */
export function wholeNumberOption(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('Expected a whole number from 1.')
}

/** `0.5`, `50%`. Above 0, at most 1. */
export function shareOption(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text)
  if (text.trim() !== '' && value > 0 && value <= 1) return value
  throw new InvalidArgumentError('Expected a share such as 0.5 or 50%.')
}

/** `20`, or `row=20` for a loop by its name. */
export function elementCountOption(text: string): ElementCount {
  const split = text.lastIndexOf('=')
  if (split === -1) return wholeNumberOption(text)
  return { [text.slice(0, split).trim()]: wholeNumberOption(text.slice(split + 1)) }
}

/** `5,20,100` */
export const wholeNumbersOption = (text: string): readonly number[] =>
  text.split(',').map(part => wholeNumberOption(part.trim()))

/** A port of this machine. */
export function portOption(text: string): number {
  const port = Number(text)
  if (Number.isSafeInteger(port) && port >= 0 && port <= 65_535) return port
  throw new InvalidArgumentError('Expected a port from 0 to 65535.')
}

/** The number of an event in the log, from 0. */
export function sequenceNumberOption(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('Expected a whole number from 0.')
}

/** `90` (seconds), `500ms`, `30s`, `2m`, `1h`. In milliseconds. */
export function durationOption(text: string): number {
  const ms = parseDuration(/^\d+$/.test(text) ? `${text}s` : text)
  if (ms !== undefined) return ms
  throw new InvalidArgumentError('Expected a duration such as 30s, 2m or 1h. Put the blueprint before it.')
}

/** `5usd`, `$5` or `5`. In dollars. */
export function dollarsOption(text: string): number {
  const amount = amountOf(text)
  if (amount !== undefined) return amount
  throw new InvalidArgumentError('Expected an amount such as 5usd.')
}

/** `:9464`, `0.0.0.0:9464`, `[::1]:9464` or `9464`: where to listen. */
export function addressOption(text: string): { readonly host?: string; readonly port: number } {
  const [, host, digits] = /^(?:(.*):)?(\d+)$/.exec(text) ?? []
  const port = Number(digits)
  if (!(port >= 1 && port <= 65_535)) throw new InvalidArgumentError('Expected a port such as :9464.')
  return host ? { host: host.replace(/^\[(.*)\]$/, '$1'), port } : { port }
}
