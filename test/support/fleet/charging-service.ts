import { setTimeout as delay } from 'node:timers/promises'
import { Conditions } from '../conditions.js'
import { type Exchange, startLoopback } from '../servers/loopback-server.js'

export interface Charge {
  readonly movie: string
  readonly job: string
  /** Undefined: each submission is charged. */
  readonly key: string | undefined
  readonly id: string
}

interface ChargingOptions {
  /** How long the service works at the nth charge, in milliseconds. */
  readonly workMs?: (number: number) => number
  /** @default '127.0.0.1' */
  readonly address?: string
}

/** A service that charges for each work that it takes, and honours keys. Closed with the test. */
export class ChargingService {
  readonly url: string
  readonly charges: Charge[] = []
  /** Told of each charge when it is made, before it is answered. */
  onCharge: (charge: Charge) => void = () => {}
  /** Of work that is taken from now on. */
  workMs: (number: number) => number
  readonly #doneAt = new Map<string, number>()
  readonly #byKey = new Map<string, string>()
  readonly #conditions = new Conditions()
  #callCount = 0
  #openCount = 0

  private constructor(url: string, workMs: (number: number) => number) {
    this.url = url
    this.workMs = workMs
  }

  static async start({ workMs = () => 20, address }: ChargingOptions = {}): Promise<ChargingService> {
    const answer = async ({ method, path, headers, body }: Exchange) => {
      service.#called()
      if (method === 'POST') {
        const { movie, job } = JSON.parse(body.toString()) as { movie: string; job: string }
        return { body: { id: service.#take(movie, job, headers['idempotency-key'] as string | undefined) } }
      }
      const id = path.slice('/work/'.length)
      const doneAt = service.#doneAt.get(id)
      if (doneAt === undefined) return { status: 404, body: {} }
      await delay(Math.max(0, doneAt - performance.now()))
      return { body: { text: `made ${id}` } }
    }
    const { url } = await startLoopback(answer, () => service.#answered(), address)
    const service = new ChargingService(url, workMs)
    return service
  }

  get callCount(): number {
    return this.#callCount
  }

  /** Charges for jobs of a movie. */
  of(movie: string): readonly Charge[] {
    return this.charges.filter(charge => charge.movie === movie)
  }

  /** Resolves at the nth call since the service began. */
  async called(count: number): Promise<void> {
    await this.#conditions.until(() => this.#callCount >= count)
  }

  /** Resolves when so many charges were made. */
  async charged(count: number): Promise<void> {
    await this.#conditions.until(() => this.charges.length >= count)
  }

  /** Resolves when it has answered everything that it was asked. */
  async idle(): Promise<void> {
    await this.#conditions.until(() => this.#openCount === 0)
  }

  #called(): void {
    this.#callCount++
    this.#openCount++
    this.#conditions.look()
  }

  #answered(): void {
    this.#openCount--
    this.#conditions.look()
  }

  #take(movie: string, job: string, key: string | undefined): string {
    const known = key === undefined ? undefined : this.#byKey.get(key)
    if (known !== undefined) return known
    const id = `work-${this.charges.length + 1}`
    const charge = { movie, job, key, id }
    this.charges.push(charge)
    if (key !== undefined) this.#byKey.set(key, id)
    this.#doneAt.set(id, performance.now() + this.workMs(this.charges.length))
    this.onCharge(charge)
    this.#conditions.look()
    return id
  }
}
