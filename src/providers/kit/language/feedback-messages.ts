import { isBlobRef } from '../../../model/blob-ref.js'
import type { JsonValue } from '../../../model/json.js'
import { isTextMime } from '../../../model/media/mime-type.js'
import type { AnswerOutputs } from '../../../model/movie/event.js'
import type { Feedback } from '../../../model/provider/feedback.js'
import type { ProduceContext } from '../../../model/provider/provider.js'
import { blobText } from '../fetch/body-text.js'
import type { PromptMessage } from './prompt-message.js'

/** Goes on with the conversation: after each rejected answer of the model, why it was rejected. */
export async function feedbackMessages(context: ProduceContext): Promise<PromptMessage[]> {
  const messages: PromptMessage[] = []
  for (const { from, reason, outputs, answer: given } of context.feedback) {
    const answer = outputs ? await answerText(outputs, context) : given
    if (answer) messages.push({ role: 'assistant', parts: [{ type: 'text', text: answer }] })
    messages.push({ role: 'user', parts: [{ type: 'text', text: askedAgain(from, reason) }] })
  }
  return messages
}

/** For models that take one text: what was wrong before, below the prompt. */
export function withFeedback(prompt: string, { feedback }: ProduceContext): string {
  if (feedback.length === 0) return prompt
  const reasons = feedback.map(({ reason }) => `- ${reason.replaceAll('\n', '\n  ')}`)
  return `${prompt}\n\nEarlier results were not accepted:\n${reasons.join('\n')}`
}

const WHO: Readonly<Record<Feedback['from'], string>> = {
  review: 'A person did not accept this answer',
  check: 'Checks did not accept this answer',
  provider: 'This answer cannot be used',
}

const askedAgain = (from: Feedback['from'], reason: string): string =>
  `${WHO[from]}:\n${reason}\n\nAnswer again, as asked above.`

/** An only output as it was written, several as the object that they were in. Files that are no text are left out. */
async function answerText(outputs: AnswerOutputs, context: ProduceContext): Promise<string> {
  const texts: [string, JsonValue][] = []
  for (const [name, value] of Object.entries(outputs)) {
    if (!isBlobRef(value)) texts.push([name, value as JsonValue])
    else if (isTextMime(value.mimeType)) texts.push([name, blobText(await context.read(value), value)])
  }
  const [only, ...others] = texts
  if (only === undefined) return ''
  if (others.length > 0) return JSON.stringify(Object.fromEntries(texts))
  return typeof only[1] === 'string' ? only[1] : JSON.stringify(only[1])
}
