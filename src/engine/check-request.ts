import { ShowrunnerError } from '../model/error.js'
import { positive } from './positive.js'
import type { RunRequest } from './requests.js'

const SCHEDULES: readonly unknown[] = ['layers', 'dataflow', undefined]

/** Checks what types cannot, since a request may come from plain JavaScript. @throws ShowrunnerError `USAGE_INVALID` */
export function checkRequest({ concurrency, upToLayer, schedule }: RunRequest): void {
  positive('concurrency', concurrency)
  positive('upToLayer', upToLayer)
  if (!SCHEDULES.includes(schedule))
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `schedule is ${JSON.stringify(schedule)}; it must be "layers" or "dataflow".`,
    )
}
