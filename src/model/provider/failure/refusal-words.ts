/** One pattern of many phrases, whatever their case. */
const anyOf = (...phrases: readonly string[]): RegExp => new RegExp(phrases.join('|'), 'i')

/** An account without credit, or one that was closed: a refusal that no waiting helps. */
export const NO_CREDIT = anyOf(
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'exceeded_current_quota',
  'exceededbudget',
  'setlimitexceeded',
  'arrearage',
  'payment required',
  'credit balance is too low',
  'insufficient[ _](?:account[ _])?(?:credits?|balance|funds)',
  '(?:run|are|ran) out of credits?',
  String.raw`(?:exhausted|used (?:all|up)) (?:\w+ ){0,4}(?:balance|credits?|free (?:usage|quota|tier|trial))`,
  String.raw`(?:balance|credits?|free (?:usage|quota|tier|trial)) (?:\w+ ){0,2}(?:exhausted|used up|depleted)`,
  'free[_-]usage[_-]exhausted',
  String.raw`(?:reached|exceeded|hit) (?:your|its|the) (?:\w+ ){0,4}(?:spend(?:ing)?|cost|budget|credit) (?:limit|cap)`,
  String.raw`(?:spend(?:ing)?|cost|budget|credit) (?:limit|cap) (?:\w+ ){0,2}(?:reached|exceeded)`,
  'budget(?: has been)?[ _]exceeded',
  String.raw`account[^\n"]{0,80}\b(?:suspended|deactivated|not active|overdue|paused)`,
  'account_(?:deactivated|suspended|overdue)|accountoverdue|access_terminated',
  String.raw`organi[sz]ation (?:\w+ ){0,2}(?:disabled|restricted|suspended)`,
  '余额不足|欠费',
)

/** Of a vendor, and as its customers' gateways repeat it; Google writes the same of a quota in a minute. */
export const PLAN_IS_USED_UP = /exceeded your current quota, please check your plan and billing/i
export const IS_GOOGLE = /RESOURCE_EXHAUSTED|generativelanguage|ai\.google\.dev|googleapis/

/** A quota by the day, the week or the month, which does not come back while anybody waits. */
const LONG_QUOTA = anyOf(
  '(?<![a-z])per[ _-]?(?:(?:1|one|calendar)[ _-])?(?:day|week|month)(?![a-z])',
  '(?<![a-z])per[ _-]?(?:24[ _-]?h|86,?400 ?s)',
  String.raw`/ ?(?:day|week|month)\b`,
  String.raw`\b(?:daily|weekly|monthly)[ _-](?:\w+[ _-]){0,2}(?:limit|quota|usage|spend|cost|alloca|allowance|cap\b|credit|budget|request|token|number)`,
  String.raw`\b(?:daily|monthly)(?:limit|quota)`,
  String.raw`\b(?:limit|quota|requests|calls|messages|tokens) (?:\w+ ){0,3}(?:for|of) (?:today|the day|this (?:day|week|month))\b`,
  String.raw`\b(?:reached|exceeded|hit) (?:your|its|the) (?:\w+ ){0,4}usage limits?\b`,
  String.raw`\b(?:again|back|until) (?:\w+ )?(?:tomorrow|next (?:day|week|month))\b`,
  '[今每当][日天]',
)
const LONG_QUOTA_NAMES = /[a-z](?:Per|By)(?:Day|Week|Month)(?![a-z])|\b[RTI]PD\b/
/** Beside a quota of the day, it may be the one that is used up. */
const SHORT_QUOTA = anyOf(
  '(?<![a-z])per[ _-]?(?:min|sec|hour)',
  String.raw`\b(?:an?|each|every) (?:minute|second|hour)\b|\bper[ _-]\d{1,4}[ _-]?(?:min|sec|[ms]\b)`,
  String.raw`/ ?(?:min(?:ute)?|sec(?:ond)?|hour|hr|[msh])\b`,
  String.raw`\b(?:[rti]p[msh]|qp[ms])\b`,
  String.raw`\bconcurren|\bat once\b|\bsimultaneous|\bburst`,
  String.raw`\bslow down\b|\btoo (?:fast|quickly|frequent)`,
)
const SHORT_QUOTA_NAMES = /[a-z](?:Per|By)(?:Minute|Second|Hour)/
/** It is used up, not only there. */
const REACHED =
  /\breached|\bexceed|\bexhausted|\bused (?:up|all)|\b(?:have|has|you've) (?:hit|used)|\bdepleted|\bover (?:the|your|its)\b|\bout of\b/i
const SENTENCE_END = /[.;!?](?=\s|$)|[{}\n]|",\s*"/

const namesLong = (text: string): boolean => LONG_QUOTA.test(text) || LONG_QUOTA_NAMES.test(text)
const namesShort = (text: string): boolean => SHORT_QUOTA.test(text) || SHORT_QUOTA_NAMES.test(text)

/** A quota of days is used up: the body speaks of no shorter one, or says of the long one, and of it only, that it is. */
export function isLongQuota(body: string): boolean {
  if (!namesLong(body)) return false
  return !namesShort(body) || isLongReached(body)
}

/** A body says outright that a quota of days is used up. */
export function isLongReached(body: string): boolean {
  if (!namesLong(body)) return false
  const reached = body.split(SENTENCE_END).filter(sentence => REACHED.test(sentence))
  return reached.some(namesLong) && !reached.some(namesShort)
}

/** Google names the quota, and beside it a delay after which it is still used up. Also inside JSON in JSON. */
export const GOOGLE_DAY = /quotaId\\*"\s*:\s*\\*"[^"\\]*Per(?:Day|Month)/
/** Nothing is allowed at all: the account has no access to this model. */
export const QUOTA_OF_NONE = /\blimit:? 0\b(?![.,]?\d)|quotaValue\\*"\s*:\s*\\*"?0\b/i

/** A key, an account or a place that is refused, by services that say so with a status of bad requests. */
export const REFUSED_KEY = anyOf(
  'api_key_(?:invalid|expired|missing|not_found)|invalid_api_key|apikeyinvalid|invalidapikey|authentication_error',
  String.raw`\bapi[ _-]?key (?:\w+ ){0,3}(?:not valid|invalid|expired|not found|missing|required|revoked|disabled|incorrect)`,
  String.raw`\b(?:invalid|incorrect|expired|missing|revoked|wrong|no(?: valid)?) api[ _-]?key`,
  'invalid[ _](?:access|auth|authentication|bearer|api)[ _](?:token|credentials)',
  'location is not supported|unsupported_country|region,? or territory',
  'must be verified to',
)

export const UNKNOWN_MODEL = anyOf(
  String.raw`model_?(?:not_?(?:found|available|supported|exists?|open)|decommissioned|deprecated|terms_required)|invalid_?model\b`,
  'deploymentnotfound|invalidendpointormodel',
  String.raw`not_found_error[^}]{0,40}\bmodel\b`,
  String.raw`\bmodels?\b[^\n]{0,120}\b(?:(?:does|do) not exist|doesn.t exist|do(?:es)? not have access|(?:is |was )?not (?:found|supported|available|exist)|no longer (?:supported|available)|decommissioned|deprecated|end of its life)`,
  String.raw`\bis not a valid model|\bnot found the model\b|\bmodel identifier is invalid|specified version does not exist`,
  String.raw`\b(?:unknown|invalid|no such|unavailable|unsupported) model\b|unable to access (?:the )?(?:\w+-\w+ )?model`,
  String.raw`\bno (?:endpoints|(?:allowed )?providers) (?:\w+ ){0,3}(?:found|available)`,
  'on-demand throughput isn.t supported|not work with the specified model|模型不存在',
)

/** No waiting makes it fit: the whole allowance of a minute is smaller than the one request. */
export const TOO_LARGE_FOR_LIMIT = /request too large|must be reduced in order to run/i

export const TOO_LARGE = anyOf(
  'context_length_exceeded|string_above_max_length|request_too_large|too many tokens',
  'maximum context length|context window',
  '(?:prompt|input) is too long',
  String.raw`exceeds? the maximum (?:number of )?(?:\w+ )?tokens`,
)

export const REFUSED_CONTENT = anyOf(
  'content_policy_violation|content_filter|content[ _]moderation|moderation_blocked|safety system',
  'responsibleaipolicyviolation|prohibited_content|data_?inspection_?failed|sensitivecontent',
  String.raw`\bwas flagged\b|flagged (?:by|for|as) |content exists risk`,
)
