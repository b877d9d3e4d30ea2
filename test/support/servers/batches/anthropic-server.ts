import type { Answer, Exchange } from '../loopback-server.js'
import { type VendorBatch, VendorBatches, type VendorRow, type VendorRowFate } from './vendor-batches.js'

interface MessageParams {
  readonly model: string
  readonly messages: readonly { readonly content: readonly { readonly text?: string }[] }[]
  readonly output_config?: object
}

const promptOf = ({ messages }: MessageParams): string => messages.at(-1)!.content[0]!.text ?? ''

/** Speaks Anthropic's Messages and Message Batches. */
export class AnthropicServer extends VendorBatches {
  readonly places = {
    create: 'POST /v1/messages/batches',
    list: 'GET /v1/messages/batches',
    look: 'GET /v1/messages/batches/',
    results: 'GET /v1/results/',
    online: 'POST /v1/messages',
  }

  get baseUrl(): string {
    return `${this.origin}/v1`
  }

  protected idOf(number: number): string {
    return `msgbatch_${number}`
  }

  protected keyIn({ headers }: Exchange): unknown {
    return headers['anthropic-version'] === '2023-06-01' ? headers['x-api-key'] : undefined
  }

  protected refusal(status: number, message: string): Answer {
    const type = { 401: 'authentication_error', 404: 'not_found_error' }[status] ?? 'invalid_request_error'
    return { status, body: { type: 'error', error: { type, message } } }
  }

  protected reply({ method, path, query, body }: Exchange): Answer | undefined {
    if (path === '/v1/messages') {
      const params = JSON.parse(String(body)) as MessageParams
      this.bill.push(promptOf(params))
      return { body: message(params) }
    }
    if (path === '/v1/messages/batches')
      return { body: method === 'POST' ? this.#create(String(body)) : this.#list(query) }
    const [, , kind, ...rest] = path.split('/')
    if (kind === 'results') {
      const batch = this.batch(rest[0]!)
      return batch && { body: Buffer.from(results(batch)) }
    }
    const batch = this.batch(rest[1]!)
    if (batch === undefined) return undefined
    if (rest[2] === 'cancel') this.end(batch, true)
    else this.proceed(batch)
    return { body: this.#shown(batch) }
  }

  #create(body: string): object {
    const { requests } = JSON.parse(body) as {
      requests: { custom_id: string; params: MessageParams }[]
    }
    const rows = requests.map(({ custom_id: id, params }): VendorRow => {
      if (!/^[a-zA-Z0-9_-]{1,64}$/.test(id)) throw new Error(`custom_id ${id}`)
      return { id, prompt: promptOf(params), body: params }
    })
    return this.#shown(this.add('', rows))
  }

  /** Newest first. What has been looked at often enough ends here too. */
  #list(query: URLSearchParams): object {
    const newest = this.all.toReversed()
    const start = newest.findIndex(({ id }) => id === query.get('after_id')) + 1
    const page = newest.slice(start, start + Number(query.get('limit') ?? 20))
    for (const batch of page) this.proceed(batch)
    const has_more = start + page.length < newest.length
    return { data: page.map(batch => this.#shown(batch)), has_more, last_id: page.at(-1)?.id ?? null }
  }

  #shown(batch: VendorBatch): object {
    const isEnded = batch.state === 'ended'
    const count = (...fates: string[]) => batch.fates.filter(fate => fates.includes(fate)).length
    return {
      id: batch.id,
      type: 'message_batch',
      processing_status: isEnded ? 'ended' : 'in_progress',
      created_at: batch.createdAt.toISOString(),
      cancel_initiated_at: batch.isCancelled ? batch.createdAt.toISOString() : null,
      results_url: isEnded ? `${this.baseUrl}/results/${batch.id}` : null,
      request_counts: {
        processing: isEnded ? 0 : batch.rows.length,
        succeeded: count('answer'),
        errored: count('fail', 'refuse'),
        canceled: count('cancel'),
        expired: count('expire'),
      },
    }
  }
}

/** In no order, as the real ones. */
const results = (batch: VendorBatch): string =>
  batch.rows
    .map(({ id, body }, at) => ({ custom_id: id, result: result(body as MessageParams, batch.fates[at]!) }))
    .toReversed()
    .map(line => `${JSON.stringify(line)}\n`)
    .join('')

function result(params: MessageParams, fate: VendorRowFate | 'cancel'): object {
  const errored = (type: string) => ({
    type: 'errored',
    error: { type: 'error', error: { type, message: 'No.' } },
  })
  switch (fate) {
    case 'answer':
      return { type: 'succeeded', message: message(params) }
    case 'expire':
      return { type: 'expired' }
    case 'cancel':
      return { type: 'canceled' }
    case 'fail':
      return errored('api_error')
    case 'refuse':
      return errored('invalid_request_error')
  }
}

function message(params: MessageParams): object {
  const prompt = promptOf(params)
  const isJson = params.output_config !== undefined
  return {
    type: 'message',
    role: 'assistant',
    model: params.model,
    content: [
      { type: 'text', text: isJson ? JSON.stringify({ title: `title of ${prompt}` }) : `Echo: ${prompt}` },
    ],
    stop_reason: 'end_turn',
    usage: {
      input_tokens: 16,
      output_tokens: 10,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 4,
    },
  }
}
