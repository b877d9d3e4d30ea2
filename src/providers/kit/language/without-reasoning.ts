/** What models think aloud before they answer, where nobody takes it out for them. */
const REASONING = /^\s*<(think|thinking|thought|thoughts|reasoning|reflection)>[\s\S]*?<\/\1>\s*/i
const UNCLOSED = /^\s*<(?:think|thinking|thought|thoughts|reasoning)>/i
/** A template may have opened it for the model. */
const CLOSED_ONLY = /^(?:(?!<think>)[\s\S])*?<\/think>[ \t]*(?:\r?\n\s*|$)/i
/** The channels of gpt-oss. */
const FINAL_CHANNEL = /^[\s\S]*<\|channel\|>final(?:[^<]*)<\|message\|>/
const CHANNEL_END = /<\|(?:return|end)\|>\s*$/

/** The answer without the reasoning before it; empty when there is nothing else. */
export function withoutReasoning(text: string): string {
  if (FINAL_CHANNEL.test(text)) return text.replace(FINAL_CHANNEL, '').replace(CHANNEL_END, '')
  let answer = text
  while (REASONING.test(answer)) answer = answer.replace(REASONING, '')
  if (answer !== text) return UNCLOSED.test(answer) ? '' : answer
  if (UNCLOSED.test(text)) return ''
  return text.replace(CLOSED_ONLY, '')
}
