import type { ProduceContext, Provider } from '../model/provider/provider.js'
import { plainText } from '../workers/attempt/failure/plain-text.js'

const CAUSE_DEPTH = 5

/** The provider, with all that it says written down, as it says it: before anything is blanked out or cut. */
export function listenToProvider(provider: Provider, words: string[], onCall: () => void): Provider {
  return {
    async produce(request, context) {
      const heard = heardContext(context, text => words.push(text))
      onCall()
      try {
        return await provider.produce(request, heard)
      } catch (error) {
        words.push(...textsOf(error))
        throw error
      }
    },
  }
}

/** The context's own properties may be getters that cost something when they are read. */
function heardContext(context: ProduceContext, hear: (text: string) => void): ProduceContext {
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(context),
      checkpoint: {
        value: (value: unknown, options: unknown) => {
          hear(plainText(value))
          return context.checkpoint(value as never, options as never)
        },
      },
      progress: {
        value: (fraction: number, note?: string) => {
          if (note !== undefined) hear(plainText(note))
          context.progress(fraction, note)
        },
      },
      log: {
        value: (level: Parameters<ProduceContext['log']>[0], message: string) => {
          hear(plainText(message))
          context.log(level, message)
        },
      },
    },
  ) as ProduceContext
}

function textsOf(error: unknown): string[] {
  const texts: string[] = []
  let current: unknown = error
  for (let depth = 0; depth < CAUSE_DEPTH && current !== undefined; depth++) {
    texts.push(plainText(current))
    current = (current as { cause?: unknown } | null)?.cause
  }
  return texts
}
