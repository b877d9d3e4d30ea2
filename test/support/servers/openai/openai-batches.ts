import type { Answer, Exchange } from '../loopback-server.js'
import { type Charge, type ChatBody, chatAnswer, embeddingsAnswer, lastPrompt } from './openai-models.js'

/** What becomes of one request of a batch. */
export type RowFate = 'answer' | 'expire' | 'fail' | 'refuse' | 'broke' | 'keyless' | 'unpaid' | 'break off'

interface InputRow {
  readonly custom_id: string
  readonly url: string
  readonly body: ChatBody & { readonly input?: string }
}

export interface ServedBatch {
  readonly id: string
  readonly object: 'batch'
  readonly endpoint: string
  readonly input_file_id: string
  readonly completion_window: string
  readonly created_at: number
  readonly metadata: Readonly<Record<string, string>>
  status: string
  request_counts: { total: number; completed: number; failed: number }
  output_file_id?: string
  error_file_id?: string
  errors?: { data: readonly object[] }
}

/** Files and batches of OpenAI's protocol. A batch ends at its second poll, or when it is released. */
export class OpenAiBatches {
  readonly files = new Map<string, string>()
  readonly all: ServedBatch[] = []
  /** Batches go on until {@link release}. */
  isHeld = false
  /** By prompt, and the number of the batch from 1. */
  fate: (prompt: string, batchNumber: number) => RowFate = () => 'answer'
  /** What is wrong with the next batches, found when they are validated. */
  readonly faults: (readonly object[])[] = []
  /** Of a file that is uploaded or asked about. */
  fileStatus: () => string = () => 'processed'
  readonly #bill: Charge[]
  readonly #created = new Set<() => void>()

  constructor(bill: Charge[]) {
    this.#bill = bill
  }

  /** Resolves when so many batches have been created. */
  async created(count: number): Promise<void> {
    await new Promise<void>(resolve => {
      const check = () => this.all.length >= count && resolve()
      this.#created.add(check)
      check()
    })
  }

  release(): void {
    this.isHeld = false
  }

  /** The prompts of a batch's requests, sorted. */
  promptsOf(batch: ServedBatch): string[] {
    return this.#rowsOf(batch).map(promptOf).sort()
  }

  async answer(request: Exchange): Promise<Answer | undefined> {
    const { path: pathname, query: searchParams } = request
    const [, , kind, id, verb] = pathname.split('/')
    if (kind === 'files') {
      return id === undefined ? { body: await this.#upload(request) } : this.#file(id, verb)
    }
    if (kind !== 'batches') return undefined
    if (id === undefined && request.method === 'POST')
      return { body: this.#create(JSON.parse(String(request.body))) }
    if (id === undefined) return { body: this.#list(searchParams) }
    const batch = this.all.find(each => each.id === id)
    if (batch === undefined) return { status: 404, body: { error: { message: `No batch ${id}` } } }
    if (verb === 'cancel') this.#end(batch, 'cancelled')
    else this.#proceed(batch)
    return { body: batch }
  }

  #file(id: string, verb: string | undefined): Answer {
    const text = this.files.get(id)
    if (text === undefined) return { status: 404, body: { error: { message: `No such File object: ${id}` } } }
    if (verb === 'content') return { body: Buffer.from(text) }
    return { body: { id, object: 'file', purpose: 'batch', status: this.fileStatus() } }
  }

  async #upload({ body, headers }: Exchange): Promise<object> {
    const form = await new Response(body, {
      headers: { 'content-type': headers['content-type']! },
    }).formData()
    const file = form.get('file') as File
    return this.#newFile(await file.text(), file.name)
  }

  #newFile(text: string, filename: string): { id: string } {
    const id = `file-${this.files.size + 1}`
    this.files.set(id, text)
    const status = this.fileStatus()
    return { id, object: 'file', bytes: text.length, created_at: 1, filename, purpose: 'batch', status } as {
      id: string
    }
  }

  #create(
    given: Pick<ServedBatch, 'endpoint' | 'input_file_id' | 'completion_window' | 'metadata'>,
  ): ServedBatch {
    const batch: ServedBatch = {
      id: `batch_${this.all.length + 1}`,
      object: 'batch',
      created_at: Math.floor(Date.now() / 1_000),
      status: 'validating',
      request_counts: { total: 0, completed: 0, failed: 0 },
      ...given,
    }
    this.all.push(batch)
    for (const check of this.#created) check()
    return { ...batch }
  }

  /** Newest first. */
  #list(query: URLSearchParams): object {
    const newest = this.all.toReversed()
    const start = newest.findIndex(({ id }) => id === query.get('after')) + 1
    const data = newest.slice(start, start + Number(query.get('limit') ?? 20))
    return { object: 'list', data, has_more: start + data.length < newest.length }
  }

  #proceed(batch: ServedBatch): void {
    if (batch.status === 'in_progress' && !this.isHeld) this.#end(batch, 'completed')
    if (batch.status !== 'validating') return
    const faults = this.faults.shift()
    batch.status = faults === undefined ? 'in_progress' : 'failed'
    if (faults === undefined) batch.request_counts.total = this.#rowsOf(batch).length
    else batch.errors = { data: faults }
  }

  /** Answered requests are charged; of a batch that is cancelled none is. */
  #end(batch: ServedBatch, status: 'completed' | 'cancelled'): void {
    if (!['validating', 'in_progress'].includes(batch.status)) return
    const output: object[] = []
    const errors: object[] = []
    for (const row of this.#rowsOf(batch)) {
      const fate = status === 'cancelled' ? 'cancel' : this.fate(promptOf(row), this.all.indexOf(batch) + 1)
      if (fate === 'answer') output.push(this.#answered(row))
      else errors.push(failedRow(row.custom_id, fate))
    }
    const isExpired = errors.some(row => JSON.stringify(row).includes('batch_expired'))
    batch.status = isExpired ? 'expired' : status
    batch.request_counts.completed = output.length
    batch.request_counts.failed = errors.length
    if (output.length > 0) batch.output_file_id = this.#newFile(jsonLines(output), 'output.jsonl').id
    if (errors.length > 0) batch.error_file_id = this.#newFile(jsonLines(errors), 'error.jsonl').id
  }

  #answered({ custom_id, url, body }: InputRow): object {
    this.#bill.push({ path: 'batch', model: body.model, prompt: promptOf({ body }) })
    const answer = url === '/v1/embeddings' ? embeddingsAnswer(body as never) : chatAnswer(body)
    return { id: 'r', custom_id, response: { status_code: 200, request_id: 'q', body: answer }, error: null }
  }

  #rowsOf({ input_file_id }: ServedBatch): InputRow[] {
    const lines = this.files.get(input_file_id)!.split('\n')
    return lines.filter(Boolean).map(line => JSON.parse(line) as InputRow)
  }
}

const promptOf = ({ body }: Pick<InputRow, 'body'>): string => body.input ?? lastPrompt(body.messages)

/** In no order, as the real one. */
const jsonLines = (rows: readonly object[]): string =>
  rows
    .toReversed()
    .map(row => `${JSON.stringify(row)}\n`)
    .join('')

function failedRow(custom_id: string, fate: Exclude<RowFate, 'answer'> | 'cancel'): object {
  switch (fate) {
    case 'expire':
    case 'cancel': {
      const code = fate === 'expire' ? 'batch_expired' : 'batch_cancelled'
      return { id: 'r', custom_id, response: null, error: { code, message: 'It was not executed.' } }
    }
    case 'unpaid': {
      const error = { code: 'insufficient_quota', message: 'You exceeded your current quota.' }
      return { id: 'r', custom_id, response: null, error }
    }
    case 'broke':
    case 'keyless': {
      const isBroke = fate === 'broke'
      const code = isBroke ? 'insufficient_quota' : 'invalid_api_key'
      const body = { error: { message: 'No.', type: code, code } }
      return { id: 'r', custom_id, response: { status_code: isBroke ? 429 : 401, body }, error: null }
    }
    case 'break off': {
      const message = { role: 'assistant', content: 'A piece' }
      const body = { choices: [{ index: 0, finish_reason: 'error', message }] }
      return { id: 'r', custom_id, response: { status_code: 200, body }, error: null }
    }
    case 'fail':
    case 'refuse': {
      const status_code = fate === 'fail' ? 500 : 400
      const body = { error: { message: 'No.', code: fate === 'fail' ? 'server_error' : 'invalid_value' } }
      return { id: 'r', custom_id, response: { status_code, request_id: 'q', body }, error: null }
    }
  }
}
