import { type Answer, type Exchange, type Loopback, startLoopback } from '../loopback-server.js'
import { OpenAiBatches } from './openai-batches.js'
import {
  type Charge,
  type ChatBody,
  chatAnswer,
  embeddingsAnswer,
  imagesAnswer,
  lastPrompt,
  responsesAnswer,
  speechAnswer,
  transcriptionAnswer,
} from './openai-models.js'

export const API_KEY = 'sk-test-of-the-loopback-server'

/** Of every answer, as OpenAI gives them. */
const LIMITS = {
  'x-ratelimit-limit-requests': '500',
  'x-ratelimit-remaining-requests': '499',
  'x-ratelimit-reset-requests': '120ms',
}

interface Fault extends Answer {
  readonly at?: string
}

interface Given extends ChatBody {
  readonly input: string
  readonly prompt: string
  readonly n: number
}

/** A service that speaks OpenAI's protocol, and writes down everything that would have to be paid. */
export class OpenAiServer {
  readonly bill: Charge[] = []
  readonly requests: Exchange[] = []
  /**
   * Answers in place of the next requests, in order; one with `at` waits for `POST /v1/batches` or the like.
   * A fault that cuts the body or stalls spoils the real answer: what was asked for is done.
   */
  readonly faults: Fault[] = []
  /** Called with `POST /v1/batches` or the like when that is done, before it is answered. */
  beforeAnswer: (at: string) => void | Promise<void> = () => {}
  readonly batches = new OpenAiBatches(this.bill)
  #server: Loopback | undefined

  static async start(): Promise<OpenAiServer> {
    const server = new OpenAiServer()
    server.#server = await startLoopback(request => server.#answer(request))
    return server
  }

  /** With the `/v1` that clients are given. */
  get baseUrl(): string {
    return `${this.#server!.url}/v1`
  }

  bodies(path: string): unknown[] {
    return this.requests.filter(request => request.path === path).map(({ body }) => JSON.parse(String(body)))
  }

  async #answer(request: Exchange): Promise<Answer> {
    this.requests.push(request)
    if (request.headers.authorization !== `Bearer ${API_KEY}`) {
      const message = `Incorrect API key provided: ${request.headers.authorization}.`
      return {
        status: 401,
        body: { error: { message, type: 'invalid_request_error', code: 'invalid_api_key' } },
      }
    }
    const { call: at } = request
    const index = this.faults.findIndex(fault => fault.at === undefined || at.startsWith(fault.at))
    const [fault] = index === -1 ? [] : this.faults.splice(index, 1)
    if (fault !== undefined && fault.cutAfterBytes === undefined && !fault.stall) return fault
    const reply = (await this.batches.answer(request)) ?? { headers: LIMITS, body: this.#made(request) }
    await this.beforeAnswer(at)
    return { ...reply, ...fault }
  }

  #made({ path, body, headers }: Exchange): unknown {
    const isForm = headers['content-type']?.startsWith('multipart/form-data')
    const given = JSON.parse(isForm ? '{}' : String(body)) as Partial<Given>
    const charge = (prompt: string, model = given.model ?? 'form') => this.bill.push({ path, model, prompt })
    switch (path) {
      case '/v1/chat/completions':
        charge(lastPrompt(given.messages!))
        return chatAnswer(given as ChatBody)
      case '/v1/responses':
        charge(lastPrompt(given.input as never))
        return responsesAnswer(given as never)
      case '/v1/embeddings':
        charge(String(given.input))
        return embeddingsAnswer(given as never)
      case '/v1/images/generations':
        charge(given.prompt!)
        return imagesAnswer(given.n ?? 1)
      case '/v1/images/edits':
        charge('edit')
        return imagesAnswer(1)
      case '/v1/audio/speech':
        charge(given.input!)
        return speechAnswer(given.input!)
      case '/v1/audio/transcriptions':
        charge('recording')
        return transcriptionAnswer()
      default:
        throw new Error(`The server has no ${path}`)
    }
  }
}
