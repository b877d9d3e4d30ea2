import type { Answer, Exchange } from '../loopback-server.js'
import { type VendorBatch, VendorBatches, type VendorRowFate } from './vendor-batches.js'

interface GenerateRequest {
  readonly contents: readonly { readonly parts: readonly { readonly text?: string }[] }[]
  readonly generationConfig?: { readonly responseMimeType?: string }
}

const promptOf = ({ contents }: GenerateRequest): string => contents.at(-1)!.parts[0]!.text ?? ''

/** Speaks the batch mode of the Gemini API. */
export class GoogleServer extends VendorBatches {
  readonly places = {
    create: 'POST /v1beta/models/gemini-test:batchGenerateContent',
    list: 'GET /v1beta/batches',
    look: 'GET /v1beta/batches/',
    results: 'GET /v1beta/batches/',
    online: 'POST /v1beta/models/gemini-test:generateContent',
  }
  /** Where the answers of a batch are. `inline`: in it, with the keys of the requests; `keyless`: in it, without. */
  output: 'inline' | 'keyless' | 'file' = 'inline'

  get baseUrl(): string {
    return `${this.origin}/v1beta`
  }

  protected idOf(number: number): string {
    return `batches/b${number}`
  }

  protected keyIn({ headers }: Exchange): unknown {
    return headers['x-goog-api-key']
  }

  protected refusal(status: number, message: string): Answer {
    return { status, body: { error: { code: status, message, status: 'REFUSED' } } }
  }

  protected reply({ method, path, query, body }: Exchange): Answer | undefined {
    if (path.endsWith(':generateContent')) {
      const request = JSON.parse(String(body)) as GenerateRequest
      this.bill.push(promptOf(request))
      return { body: generated(request) }
    }
    if (path.endsWith(':batchGenerateContent')) return { body: this.#create(String(body)) }
    if (path === '/v1beta/batches') return { body: this.#list(query) }
    const [, file] = /^\/download\/v1beta\/files\/(.+):download$/.exec(path) ?? []
    if (file !== undefined) {
      const lines = this.#responses(this.batch(`batches/${file}`)!).toReversed()
      const texts = lines.map(({ metadata, ...row }) => JSON.stringify({ key: metadata.key, ...row }))
      return { body: Buffer.from(texts.join('\n')) }
    }
    const isCancel = method === 'POST' && path.endsWith(':cancel')
    const batch = this.batch(path.slice('/v1beta/'.length).replace(/:cancel$/, ''))
    if (batch === undefined) return undefined
    if (isCancel) this.end(batch, true)
    else this.proceed(batch)
    return { body: isCancel ? {} : this.#shown(batch) }
  }

  #create(body: string): object {
    const { batch } = JSON.parse(body) as {
      batch: {
        displayName: string
        inputConfig: { requests: { requests: { request: GenerateRequest; metadata: { key: string } }[] } }
      }
    }
    const rows = batch.inputConfig.requests.requests.map(({ request, metadata }) => ({
      id: metadata.key,
      prompt: promptOf(request),
      body: request,
    }))
    return this.#shown(this.add(batch.displayName, rows))
  }

  /** Two a page, oldest first. */
  #list(query: URLSearchParams): object {
    const start = Number(query.get('pageToken') ?? 0)
    const page = this.all.slice(start, start + 2)
    const isMore = start + page.length < this.all.length
    const operations = page.map(({ id, name }) => ({ name: id, metadata: { displayName: name } }))
    return { operations, ...(isMore && { nextPageToken: String(start + page.length) }) }
  }

  #shown(batch: VendorBatch): object {
    const isEnded = batch.state === 'ended'
    const state = isEnded ? (batch.isCancelled ? 'CANCELLED' : 'SUCCEEDED') : 'RUNNING'
    const count = (isIn: (fate: string) => boolean) => String(batch.fates.filter(isIn).length)
    return {
      name: batch.id,
      metadata: {
        displayName: batch.name,
        state: `BATCH_STATE_${state}`,
        createTime: batch.createdAt.toISOString(),
        batchStats: {
          requestCount: String(batch.rows.length),
          successfulRequestCount: count(fate => fate === 'answer'),
          failedRequestCount: count(fate => fate !== 'answer'),
        },
      },
      ...(isEnded && { done: true }),
      ...(batch.isCancelled && { error: { code: 1, message: 'Cancelled.' } }),
      ...(isEnded && !batch.isCancelled && { response: this.#output(batch) }),
    }
  }

  #output(batch: VendorBatch): object {
    if (this.output === 'file') return { responsesFile: batch.id.replace('batches/', 'files/') }
    const responses = this.#responses(batch)
    const inlinedResponses =
      this.output === 'keyless' ? responses.map(({ metadata: _, ...row }) => row) : responses.toReversed()
    return { inlinedResponses: { inlinedResponses } }
  }

  #responses({ rows, fates }: VendorBatch) {
    return rows.map(({ id, body }, at) => ({
      metadata: { key: id },
      ...response(body as GenerateRequest, fates[at]!),
    }))
  }
}

function response(request: GenerateRequest, fate: VendorRowFate | 'cancel'): object {
  switch (fate) {
    case 'answer':
      return { response: generated(request) }
    case 'refuse':
      return { error: { code: 3, message: 'No.' } }
    case 'fail':
      return { error: { code: 13, message: 'Internal.' } }
    case 'expire':
    case 'cancel':
      return { error: { code: 4, message: 'Deadline expired.' } }
  }
}

function generated(request: GenerateRequest): object {
  const prompt = promptOf(request)
  const isJson = request.generationConfig?.responseMimeType === 'application/json'
  const text = isJson ? JSON.stringify({ title: `title of ${prompt}` }) : `Echo: ${prompt}`
  return {
    candidates: [
      { content: { role: 'model', parts: [{ text: 'Hm.', thought: true }, { text }] }, finishReason: 'STOP' },
    ],
    usageMetadata: {
      promptTokenCount: 20,
      candidatesTokenCount: 7,
      thoughtsTokenCount: 3,
      cachedContentTokenCount: 4,
    },
  }
}
