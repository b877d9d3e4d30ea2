/**
 * A service with a limit, or with none, and what is asked of it.
 *
 * @typedef {object} Case
 * @property {string} name
 * @property {'chance' | 'limit'} kind `chance`: nothing can be gained by sending less
 * @property {import('./limited-service.mjs').Rules} rules
 * @property {number} jobs
 * @property {number} places that make calls at once
 * @property {object} [limits] of the provider's entry
 * @property {Record<string, object>} [models] of the provider's entry
 * @property {number} [runs] that share the work, and the limiter
 * @property {Record<string, number>} [byModel] jobs of single models, which are some of `jobs`
 */

const PLACES = 50
/** Services here count by windows ten times as short as a minute. */
const WINDOW_MS = 6_000
const COUNTED = { fixed: 'fixed windows', sliding: 'sliding windows', bucket: 'a bucket' }

/** @param {number} stray @param {object} [limits] @returns {Case} */
const chance = (stray, limits) => ({
  name: `${stray * 100} % stray refusals${limits ? ', configured concurrency' : ''}`,
  kind: 'chance',
  rules: { callMs: [200, 800], stray },
  jobs: 1_500,
  places: PLACES,
  ...(limits && { limits }),
})

/** @param {string} name @param {number} jobs @param {Partial<Case['rules']>} rules @param {Partial<Case>} [more] @returns {Case} */
const limit = (name, jobs, rules, more) => ({
  name,
  kind: 'limit',
  rules: { callMs: [80, 320], windowMs: WINDOW_MS, burst: 25, ...rules },
  jobs,
  places: PLACES,
  ...more,
})

/** @param {number} value @returns {import('./limited-service.mjs').Steps} */
const always = value => [[0, value]]

/** @type {Case[]} */
const RATES = [false, true].flatMap(isSilent =>
  /** @type {const} */ (['fixed', 'sliding', 'bucket']).map(counting =>
    limit(`25/s by ${COUNTED[counting]}${isSilent ? ', no Retry-After' : ''}`, 600, {
      perSecond: always(25),
      counting,
      isSilent,
    }),
  ),
)

/** @type {Pick<Case['rules'], 'perSecond' | 'others'>} */
const SHARED_RATE = {
  perSecond: always(25),
  others: [
    [0, 12.5],
    [12_000, 0],
  ],
}

/** @type {Case['rules']} */
const LONG_CALLS = { callMs: [400, 1_600] }

/** @type {Case[]} */
const MOVING = [
  limit('20 at once', 800, { ...LONG_CALLS, concurrency: always(20) }),
  limit('20 at once, no Retry-After', 800, { ...LONG_CALLS, concurrency: always(20), isSilent: true }),
  limit('20, then 10, then 40 at once', 1_000, {
    ...LONG_CALLS,
    concurrency: [
      [0, 20],
      [15_000, 10],
      [30_000, 40],
    ],
  }),
  limit('25, then 12, then 50/s', 1_000, {
    perSecond: [
      [0, 25],
      [15_000, 12],
      [30_000, 50],
    ],
  }),
  limit('25/s by fixed windows, half of it shared', 400, { ...SHARED_RATE, counting: 'fixed' }),
  limit('25/s by a bucket, half of it shared', 400, SHARED_RATE),
  limit('12/s, with 150 saved up', 400, { perSecond: always(12), burst: 150 }),
  limit('nothing for 2 s of every 8 s', 800, { ...LONG_CALLS, shut: { everyMs: 8_000, forMs: 2_000 } }),
]

/** @type {Partial<Case['rules']>} */
const TOKENS = { perSecond: always(5_000), burst: 5_000, tokens: [100, 300] }

/** @type {Case[]} */
const SHARED = [
  limit('5,000 tokens/s, configured', 900, TOKENS, { limits: { tokensPerMinute: 300_000 } }),
  limit('5,000 tokens/s', 900, TOKENS),
  limit('25/s, three runs', 450, { perSecond: always(25) }, { runs: 3 }),
  limit(
    '25/s, of one model 5, configured',
    450,
    { perSecond: always(25), models: { big: 5 } },
    { models: { big: { limits: { requestsPerMinute: 300 } } }, byModel: { big: 90 } },
  ),
]

/** The cases of a group run together: as many calls a second as two cores take without a queue. */
export const GROUPS = [
  [chance(0.01), chance(0.01, { concurrency: PLACES }), chance(0.05)],
  RATES,
  MOVING,
  SHARED,
]
