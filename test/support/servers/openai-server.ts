import { type HttpServer, type Received, type Reply, startHttpServer } from './http-server.js'
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

interface Given extends ChatBody {
  readonly input: string
  readonly prompt: string
  readonly n: number
}

/** A service that speaks OpenAI's protocol, and writes down everything that would have to be paid. */
export class OpenAiServer {
  readonly bill: Charge[] = []
  readonly requests: Received[] = []
  /** Answers in place of the next requests, in order. A fault without a body but with `cut` spoils the real one. */
  readonly faults: Reply[] = []
  #server: HttpServer | undefined

  static async start(): Promise<OpenAiServer> {
    const server = new OpenAiServer()
    server.#server = await startHttpServer(request => server.#answer(request))
    return server
  }

  /** With the `/v1` that clients are given. */
  get baseUrl(): string {
    return `${this.#server!.url}/v1`
  }

  bodies(path: string): unknown[] {
    return this.requests.filter(request => request.path === path).map(({ body }) => JSON.parse(String(body)))
  }

  async #answer(request: Received): Promise<Reply> {
    this.requests.push(request)
    if (request.headers.authorization !== `Bearer ${API_KEY}`) {
      const message = `Incorrect API key provided: ${request.headers.authorization}.`
      return {
        status: 401,
        body: { error: { message, type: 'invalid_request_error', code: 'invalid_api_key' } },
      }
    }
    const fault = this.faults.shift()
    if (fault !== undefined && fault.cut === undefined) return fault
    if (fault?.cut === 'before') return fault
    return { headers: LIMITS, body: this.#made(request), ...fault }
  }

  #made({ path, body, headers }: Received): unknown {
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
