import { HttpServer } from './http-server.js'
import type { Answer, Exchange } from './loopback-server.js'
import { type RemoteJob, RemoteJobs } from './remote-jobs.js'
import { DELIVERED } from './replicate-server.js'

const FAL_KEY = 'fal-id-1234:fal-secret-5678'

/** The queue and the storage of fal, and the servers of its files. */
export class FalServer {
  readonly requests = new RemoteJobs()
  /** Bytes that were uploaded. */
  readonly uploads: Buffer[] = []
  /** What a model makes of its input. */
  output: (input: RemoteJob['input'], fileUrl: string) => object = (_, url) => ({
    images: [{ url, content_type: 'image/png', width: 64 }],
    seed: 7,
  })
  /** The response of a model that fails. */
  failure: Answer = { status: 500, body: { detail: 'it broke', error_type: 'internal_error' } }
  server!: HttpServer

  static async start(): Promise<FalServer> {
    const itself = new FalServer()
    itself.server = await HttpServer.start((exchange, url) => itself.#answer(exchange, url))
    return itself
  }

  get config() {
    return {
      key: FAL_KEY,
      queueUrl: `${this.server.url}/queue`,
      storageUrl: `${this.server.url}/rest/`,
      pollMs: 1,
    }
  }

  #answer(exchange: Exchange, url: string): Answer {
    const { call, headers, body } = exchange
    if (/^GET \/media\//.test(call)) {
      return headers.authorization === undefined
        ? { body: DELIVERED }
        : { status: 400, body: 'a key was sent' }
    }
    if (/^PUT \/upload\//.test(call)) {
      this.uploads.push(body)
      return { body: {} }
    }
    if (headers.authorization !== `Key ${FAL_KEY}`)
      return { status: 401, body: { detail: 'Authentication is required' } }
    if (call === 'POST /rest/storage/upload/initiate') {
      const name = `file${this.uploads.length + 1}`
      return { body: { upload_url: `${url}/upload/${name}`, file_url: `https://files.example/${name}` } }
    }
    const [, id, action] = /^\w+ \/queue\/acme\/films\/requests\/(\w+)(?:\/(\w+))?$/.exec(call) ?? []
    if (id === undefined) return this.#submit(call, body)
    const job = action === 'status' ? this.requests.ask(id) : this.requests.jobs.get(id)
    if (job === undefined) return { status: 404, body: { detail: 'Request not found' } }
    if (action === 'status') return statusOf(job)
    return action === 'cancel' ? this.#cancel(job) : this.#result(job, url)
  }

  #submit(call: string, body: Buffer): Answer {
    if (call !== 'POST /queue/acme/films/fast')
      return { status: 404, body: { detail: `Application not found: ${call}` } }
    const { id } = this.requests.submit(JSON.parse(body.toString()))
    return { body: { status: 'IN_QUEUE', request_id: id, queue_position: 3 } }
  }

  #cancel({ id, state }: RemoteJob): Answer {
    if (state !== 'running') return { status: 400, body: { status: 'ALREADY_COMPLETED' } }
    this.requests.cancel(id)
    return { status: 202, body: { status: 'CANCELLATION_REQUESTED' } }
  }

  #result({ id, state, input }: RemoteJob, url: string): Answer {
    switch (state) {
      case 'succeeded':
        return { body: this.output(input, `${url}/media/${id}.png`) }
      case 'failed':
        return this.failure
      case 'cancelled':
        return { status: 499, body: { detail: 'Cancelled', error_type: 'client_cancelled' } }
      case 'running':
        return { status: 400, body: { detail: 'Request is still in progress' } }
    }
  }
}

function statusOf({ id, state, questionsLeft }: RemoteJob): Answer {
  if (state !== 'running') {
    return { body: { status: 'COMPLETED', request_id: id, logs: [], metrics: { inference_time: 2.5 } } }
  }
  const status =
    questionsLeft > 1 ? { status: 'IN_QUEUE', queue_position: questionsLeft } : { status: 'IN_PROGRESS' }
  return { status: 202, body: { ...status, request_id: id } }
}
