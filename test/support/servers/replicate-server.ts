import { HttpServer } from './http-server.js'
import type { Answer, Exchange } from './loopback-server.js'
import { type RemoteJob, RemoteJobs } from './remote-jobs.js'

export const REPLICATE_TOKEN = 'r8_test_token_1234567890'
export const DELIVERED = Buffer.from('a delivered file '.repeat(4_000))

const STATUS = { running: 'processing', succeeded: 'succeeded', failed: 'failed', cancelled: 'canceled' }
const PROBLEM = { title: 'Not found', detail: 'The requested resource could not be found.', status: 404 }

/** Predictions, files and deliveries as api.replicate.com and its file servers have them. */
export class ReplicateServer {
  readonly predictions = new RemoteJobs()
  readonly files: Exchange[] = []
  /** What a model makes of its input. */
  output: (input: RemoteJob['input'], fileUrl: string) => unknown = (_, fileUrl) => fileUrl
  /** `data_removed` of every prediction. */
  isRemoved = false
  server!: HttpServer

  static async start(): Promise<ReplicateServer> {
    const itself = new ReplicateServer()
    itself.server = await HttpServer.start((exchange, url) => itself.#answer(exchange, url))
    return itself
  }

  get baseUrl(): string {
    return `${this.server.url}/v1`
  }

  #answer(exchange: Exchange, url: string): Answer {
    const { call, headers, body } = exchange
    if (/^GET \/delivery\//.test(call)) {
      // A key has no business with the servers of files.
      if (headers.authorization !== undefined) return { status: 400, body: 'a key was sent' }
      return { body: DELIVERED, headers: { 'content-type': 'video/mp4' } }
    }
    if (headers.authorization !== `Bearer ${REPLICATE_TOKEN}`) {
      return {
        status: 401,
        body: { title: 'Unauthenticated', detail: 'You did not pass a token', status: 401 },
      }
    }
    if (call === 'POST /v1/files') {
      this.files.push(exchange)
      return {
        status: 201,
        body: { id: `f${this.files.length}`, urls: { get: `${url}/v1/files/f${this.files.length}` } },
      }
    }
    if (/^POST \/v1\/(models\/[\w.-]+\/[\w.-]+\/)?predictions$/.test(call)) {
      // Replicate knows no idempotency keys.
      const job = this.predictions.submit(JSON.parse(body.toString()).input)
      return { status: 201, body: this.#prediction(job, url) }
    }
    const [, id, action] = /^\w+ \/v1\/predictions\/(\w+)(\/cancel)?$/.exec(call) ?? []
    const job = id && (action === undefined ? this.predictions.ask(id) : this.predictions.cancel(id))
    return job ? { body: this.#prediction(job, url) } : { status: 404, body: PROBLEM }
  }

  #prediction({ id, state, input, error }: RemoteJob, url: string) {
    const isMade = state === 'succeeded' && !this.isRemoved
    return {
      id,
      status: STATUS[state],
      input,
      output: isMade ? this.output(input, `${url}/delivery/${id}.mp4`) : null,
      error: state === 'failed' ? error : null,
      logs: ' 50%|#####     | 5/10',
      data_removed: this.isRemoved,
      metrics: state === 'succeeded' ? { predict_time: 1.5 } : {},
      urls: { get: `${url}/v1/predictions/${id}`, cancel: `${url}/v1/predictions/${id}/cancel` },
    }
  }
}
