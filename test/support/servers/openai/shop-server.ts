import { createHash } from 'node:crypto'
import { type Answer, type Exchange, startLoopback } from '../loopback-server.js'
import type { ChatBody } from './openai-models.js'

/** Of all calls. */
const REFUSED = 0.02
/** Of all prompts, when they are seen for the first time. */
const NOT_JSON = 0.02
/** Of all products: what is said of them first is too long. */
const TOO_LONG = 0.05

export interface ShopCall {
  /** Of the product in the prompt. */
  readonly name: string
  readonly prompt: string
  /** It was asked before, and what it said was not accepted. */
  readonly isAskedAgain: boolean
  /** The answer is of use. */
  readonly isGood: boolean
}

/** A chat model that writes taglines: it refuses some calls, and says nonsense of some products until it is told. */
export class ShopServer {
  /** All that it has answered, and would have to be paid. */
  readonly paid: ShopCall[] = []
  refused = 0
  #calls = 0
  readonly #prompts = new Set<string>()
  #waiting: (() => void)[] = []
  #url = ''

  static async start(): Promise<ShopServer> {
    const server = new ShopServer()
    server.#url = (await startLoopback(exchange => server.#answer(exchange))).url
    return server
  }

  /** Resolves when it has answered so many calls. */
  async answered(count: number): Promise<void> {
    while (this.paid.length < count) await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  get baseUrl(): string {
    return `${this.#url}/v1`
  }

  #answer({ body }: Exchange): Answer {
    if (chanceOf(`call ${++this.#calls}`) < REFUSED) {
      this.refused++
      return { status: 429, headers: { 'retry-after': '0.2' }, body: { error: { message: 'slow down' } } }
    }
    const { messages, model } = JSON.parse(String(body)) as ChatBody
    const prompt = textOf(messages.find(({ role }) => role === 'user')!.content)
    const name = / for (.*?):/.exec(prompt)![1]!
    const isAskedAgain = messages.some(({ role }) => role === 'assistant')
    const good = said(name, prompt)
    const content = isAskedAgain ? good : this.#firstSaid(name, prompt)
    this.paid.push({ name, prompt, isAskedAgain, isGood: content === good })
    for (const wake of this.#waiting.splice(0)) wake()
    const message = { role: 'assistant', content }
    const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }
    return { body: { id: 'chat', model, choices: [{ index: 0, finish_reason: 'stop', message }], usage } }
  }

  #firstSaid(name: string, prompt: string): string {
    const isNew = !this.#prompts.has(prompt)
    this.#prompts.add(prompt)
    if (isNew && chanceOf(prompt) < NOT_JSON) return `Sure! Here is a tagline for ${name}`
    if (chanceOf(name) < TOO_LONG) return JSON.stringify({ Tagline: name.repeat(40), Tags: ['new'] })
    return said(name, prompt)
  }
}

const said = (name: string, prompt: string): string =>
  JSON.stringify({ Tagline: `${name}, ${prompt.length} times better`, Tags: ['new', 'good', name] })

/** Between 0 and 1, the same for the same text. */
const chanceOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return (content as readonly { readonly text?: string }[]).map(({ text }) => text ?? '').join('')
}
