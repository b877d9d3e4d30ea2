import { type Answer, type Exchange, type Loopback, startLoopback } from '../loopback-server.js'

/** What becomes of one request of a batch. */
export type VendorRowFate = 'answer' | 'expire' | 'fail' | 'refuse'

interface Fault extends Answer {
  readonly at: string
}

export interface VendorRow {
  readonly id: string
  readonly prompt: string
  readonly body: object
}

export interface VendorBatch {
  readonly id: string
  readonly name: string
  readonly rows: readonly VendorRow[]
  readonly createdAt: Date
  state: 'running' | 'ended'
  isCancelled: boolean
  isPolled: boolean
  /** By row, once it has ended. */
  fates: readonly (VendorRowFate | 'cancel')[]
}

/** Where a vendor's protocol has each step, as `POST /v1/batches`. */
export interface VendorPlaces {
  readonly create: string
  readonly list: string
  readonly look: string
  readonly results: string
  readonly online: string
}

/**
 * A service with a batch API that writes down what would have to be paid. A batch ends at its second poll, or when it
 * is released. Its protocol is that of a vendor.
 */
export abstract class VendorBatches {
  readonly key = 'key-of-the-loopback-server'
  readonly bill: string[] = []
  readonly requests: Exchange[] = []
  readonly all: VendorBatch[] = []
  /** Answers in place of the next requests to a place; one that cuts the body spoils the real answer. */
  readonly faults: Fault[] = []
  /** Batches go on until this is false. */
  isHeld = false
  /** By prompt, and the number of the batch from 1. */
  fate: (prompt: string, batchNumber: number) => VendorRowFate = () => 'answer'
  /** Called with `POST /v1/batches` or the like when that is done, before it is answered. */
  beforeAnswer: (at: string) => void | Promise<void> = () => {}
  abstract readonly places: VendorPlaces
  readonly #created = new Set<() => void>()
  #onRequest: (() => void) | undefined
  #server: Loopback | undefined

  async listen(): Promise<this> {
    this.#server = await startLoopback(request => this.#answer(request))
    return this
  }

  get origin(): string {
    return this.#server!.url
  }

  abstract get baseUrl(): string

  calls(place: string): number {
    return this.requests.filter(({ call }) => call.startsWith(place)).length
  }

  /** Resolves when so many batches have been created. */
  async created(count: number): Promise<void> {
    await new Promise<void>(resolve => {
      const check = () => this.all.length >= count && resolve()
      this.#created.add(check)
      check()
    })
  }

  /** Resolves with the next request. */
  async requestSeen(): Promise<void> {
    await new Promise<void>(resolve => {
      this.#onRequest = resolve
    })
  }

  /** A batch of somebody else's. */
  add(name: string, rows: readonly VendorRow[]): VendorBatch {
    const batch: VendorBatch = {
      id: this.idOf(this.all.length + 1),
      name,
      rows,
      createdAt: new Date(),
      state: 'running',
      isCancelled: false,
      isPolled: false,
      fates: [],
    }
    this.all.push(batch)
    for (const check of this.#created) check()
    return batch
  }

  /** Answered requests are charged; of a batch that is cancelled none is. */
  end(batch: VendorBatch, isCancelled = false): void {
    if (batch.state === 'ended') return
    const number = this.all.indexOf(batch) + 1
    batch.state = 'ended'
    batch.isCancelled = isCancelled
    batch.fates = batch.rows.map(({ prompt }) => (isCancelled ? 'cancel' : this.fate(prompt, number)))
    for (const [at, { prompt }] of batch.rows.entries())
      if (batch.fates[at] === 'answer') this.bill.push(prompt)
  }

  protected proceed(batch: VendorBatch): void {
    if (batch.isPolled && !this.isHeld) this.end(batch)
    batch.isPolled = true
  }

  protected batch(id: string): VendorBatch | undefined {
    return this.all.find(each => each.id === id)
  }

  protected abstract idOf(number: number): string
  protected abstract keyIn(request: Exchange): unknown
  protected abstract refusal(status: number, message: string): Answer
  protected abstract reply(request: Exchange): Answer | undefined

  async #answer(request: Exchange): Promise<Answer> {
    this.requests.push(request)
    this.#onRequest?.()
    if (this.keyIn(request) !== this.key) return this.refusal(401, `Not a key: ${this.keyIn(request)}`)
    const at = this.faults.findIndex(fault => request.call.startsWith(fault.at))
    const [fault] = at === -1 ? [] : this.faults.splice(at, 1)
    if (fault !== undefined && fault.cutAfterBytes === undefined) return fault
    const reply = this.reply(request) ?? this.refusal(404, `There is no ${request.call}`)
    await this.beforeAnswer(request.call)
    return { ...reply, ...fault }
  }
}
