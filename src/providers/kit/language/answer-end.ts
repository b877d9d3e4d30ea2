/** Why an answer ended: whole, at the limit of tokens, by a filter, in the middle, or for a reason that is not known. */
export type AnswerEnd = 'stop' | 'length' | 'content-filter' | 'broken' | 'unknown'

/** What services and their gateways call it. */
const NAMES: Readonly<Record<Exclude<AnswerEnd, 'unknown'>, readonly string[]>> = {
  stop: [
    'stop',
    'end_turn',
    'stop_sequence',
    'stop_token',
    'eos',
    'eos_token',
    'end',
    'complete',
    'completed',
    'finish',
    'finished',
    'done',
  ],
  length: [
    'length',
    'max_tokens',
    'max_output_tokens',
    'max_completion_tokens',
    'model_length',
    'token_limit',
    'model_context_window_exceeded',
  ],
  'content-filter': [
    'content_filter',
    'content_filtered',
    'safety',
    'image_safety',
    'recitation',
    'blocklist',
    'prohibited_content',
    'spii',
    'refusal',
    'guardrail_intervened',
    'sensitive',
    'moderation',
  ],
  broken: [
    'error',
    'abort',
    'aborted',
    'cancelled',
    'canceled',
    'interrupted',
    'timeout',
    'network_error',
    'failed',
    'incomplete',
    'in_progress',
    'insufficient_system_resource',
    'pause_turn',
    'malformed_response',
  ],
}

const ENDS = new Map(
  Object.entries(NAMES).flatMap(([end, names]) => names.map(name => [name, end as AnswerEnd] as const)),
)

/** Only what is known to be a good end is one. */
export const answerEnd = (reason: unknown): AnswerEnd =>
  typeof reason === 'string' ? (ENDS.get(reason.toLowerCase().replaceAll('-', '_')) ?? 'unknown') : 'unknown'
