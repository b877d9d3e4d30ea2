import type { AnswerRecord } from '../../../index.js'
import { formatCount } from '../output.js'
import { shortenedText } from '../shortened-text.js'
import { oneLineText } from '../terminal-text.js'

const MESSAGE_PLACES = 200

type Answers = Pick<AnswerRecord, 'provider' | 'answers' | 'costUsd'> & { readonly model?: string }

/** `writer`, `writer gpt-5-mini` */
export const answererText = ({
  provider,
  model,
}: {
  readonly provider: string
  readonly model?: string
}): string => (model === undefined ? provider : `${provider} ${model}`)

/** `20 answered by writer, 380 by spare ($0.1200)` */
export function answersText(services: readonly Answers[]): string {
  return services
    .map((service, at) => {
      const { answers, costUsd } = service
      const cost = costUsd > 0 ? ` ($${costUsd.toFixed(4)})` : ''
      return `${formatCount(answers)}${at === 0 ? ' answered' : ''} by ${answererText(service)}${cost}`
    })
    .join(', ')
}

/** What a run says of producers for which more than one was called: who has answered, and why others have not. */
export function serviceLines(services: readonly AnswerRecord[]): string[] {
  return [...new Set(services.map(({ producer }) => producer))].flatMap(producer => {
    const own = services.filter(service => service.producer === producer)
    if (own.length === 1) return []
    const failing = own.flatMap(service => {
      const { failures, lastError } = service
      if (lastError === undefined) return []
      const short = shortenedText(oneLineText(lastError.message), MESSAGE_PLACES)
      return [
        `      ${answererText(service)} failed ${formatCount(failures)} ×, last with ${lastError.code}: ${short}`,
      ]
    })
    return [`  ${producer}: ${answersText(own)}`, ...failing]
  })
}
