import { z } from 'zod'
import { ALLOWED_BY_NAME } from '../../workers/fleet/wire/missing-allowance.js'
import { check, ENGINE_OPTIONS } from '../config/check-options.js'
import { SETTINGS } from '../config/settings.js'

/** With what a config may have besides: a host is given the config of the runs. */
const WORKER_OPTIONS = {
  ...ENGINE_OPTIONS,
  queue: SETTINGS.queue(),
  places: z.int().min(1).optional(),
  allow: z.array(z.enum(ALLOWED_BY_NAME)).optional(),
  allowMismatch: z.boolean().optional(),
  onWarning: z.custom(value => typeof value === 'function', 'Expected a function').optional(),
}

/** @throws ShowrunnerError `USAGE_INVALID` with every mistake */
export const checkWorkerOptions = (options: unknown): void => check(options, WORKER_OPTIONS, 'openWorker()')
