export const BLUEPRINT_LIMIT_BYTES = 5 * 1024 * 1024
export const NESTING_LIMIT = 64
/** Values in one YAML file (a blueprint, a file of inputs), after its aliases are expanded. */
export const YAML_VALUE_LIMIT = 500_000
/** A name of an input, loop, producer or output. */
export const NAME_LIMIT_CHARS = 64
/** `priority` of a producer or a run. */
export const PRIORITY_LIMIT = 100
/** `retry.attempts` of a blueprint. */
export const RETRY_ATTEMPT_LIMIT = 100
/** Values inside one input: every cell of a table counts. */
export const INPUT_VALUE_LIMIT = 200_000_000
/** Providers, or models, that may answer the jobs of one producer. */
export const TARGET_LIMIT = 8
/** Producers in a blueprint; more jobs come from loops. */
export const PRODUCER_LIMIT = 1_000
export const PLAN_JOB_LIMIT = 10_000_000
/** Answers that a job with a check may give. */
export const DEFAULT_CHECK_ATTEMPTS = 3
export const CHECK_ATTEMPT_LIMIT = 20
export const DEFAULT_ATTEMPTS = 3
export const RETRY_BASE_DELAY_MS = 500
export const RETRY_MAX_DELAY_MS = 60_000
