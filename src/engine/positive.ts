import { ShowrunnerError } from '../model/error.js'

/** Checks a whole number from 1. @throws ShowrunnerError `USAGE_INVALID` */
export function positive(name: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) return value
  throw new ShowrunnerError('USAGE_INVALID', `${name} is ${value}; it must be a whole number from 1.`)
}
