/**
 * Why an answer ended: whole, at the limit of tokens, by a filter, with the call of a tool, in the middle, for a reason
 * that the service does not say, or for one that nobody knows.
 */
export type AnswerEnd = 'stop' | 'length' | 'content-filter' | 'tool' | 'broken' | 'unsaid' | 'unknown'

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
  tool: ['tool_calls', 'tool_call', 'tool_use', 'function_call'],
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
    'queued',
    'load',
    'not_finished',
    'insufficient_system_resource',
    'pause_turn',
    'malformed_response',
  ],
  // Servers that leave it out, or say null, in answers that are whole (Ollama, SGLang, some gateways).
  unsaid: ['', 'null', 'none', 'unspecified'],
}

const ENDS = new Map(
  Object.entries(NAMES).flatMap(([end, names]) => names.map(name => [name, end as AnswerEnd] as const)),
)

/** Only what is known to be a good end is one. */
export function answerEnd(reason: unknown): AnswerEnd {
  if (reason === undefined || reason === null) return 'unsaid'
  if (typeof reason !== 'string') return 'unknown'
  const name = reason
    .toLowerCase()
    .replaceAll('-', '_')
    .replace(/^finish_reason_/, '')
  return ENDS.get(name) ?? 'unknown'
}

/** An answer whose service does not say how it ended, and that has as many tokens as it may, ended at that limit. */
export const endAtLimit = (
  end: AnswerEnd,
  tokens: number | undefined,
  limit: number | undefined,
): AnswerEnd =>
  end === 'unsaid' && limit !== undefined && tokens !== undefined && tokens >= limit ? 'length' : end
