import { expect, test } from 'vitest'
import { LimitLeases } from '../../../../src/coordinator/limits/leases/limit-leases.js'
import { Limiter } from '../../../../src/coordinator/limits/limiter.js'
import type { LimiterSettings } from '../../../../src/coordinator/limits/limiter-settings.js'
import type { Tenant } from '../../../../src/coordinator/limits/tenants.js'
import { MemoryBroker } from '../../../../src/workers/fleet/broker/memory-broker.js'
import { SharedWorld } from '../../../support/simulation/shared-world.js'

const MINUTE_MS = 60_000

/** An account at a service that several processes use. */
class Account {
  readonly world = new SharedWorld()
  readonly broker = new MemoryBroker({ nowMs: () => this.world.nowMs })
  readonly #settings: LimiterSettings
  readonly calls: number[] = []
  inFlight = 0
  mostInFlight = 0
  isReachable = true

  constructor(settings: Omit<LimiterSettings, 'learning' | 'isShared'>) {
    this.#settings = { ...settings, learning: 'off', isShared: true }
  }

  /** A process that has more to do than the account takes, or a call now and then. */
  process(latencyMs: number, everyMs = 0): VirtualProcess {
    return new VirtualProcess(this, this.#settings, latencyMs, everyMs)
  }

  async until(atMs: number): Promise<void> {
    this.world.after(atMs - this.world.nowMs, () => {})
    await this.world.run(() => this.world.nowMs >= atMs)
  }

  /** The most calls of any minute. */
  mostPerMinute(): number {
    let most = 0
    for (let first = 0, last = 0; last < this.calls.length; last++) {
      while (this.calls[last]! - this.calls[first]! >= MINUTE_MS) first++
      most = Math.max(most, last - first + 1)
    }
    return most
  }

  callsBetween(fromMs: number, toMs: number): number {
    return this.calls.filter(atMs => atMs >= fromMs && atMs < toMs).length
  }
}

class VirtualProcess {
  readonly leases: LimitLeases
  callCount = 0
  readonly #account: Account
  readonly #limiter: Limiter
  readonly #latencyMs: number
  readonly #everyMs: number
  readonly #tenant: Tenant = { weight: 1, wake: () => this.#send() }
  #cancelTimer = () => {}
  #nextAtMs = 0
  #isOver = false

  constructor(account: Account, settings: LimiterSettings, latencyMs: number, everyMs: number) {
    this.#account = account
    this.#latencyMs = latencyMs
    this.#everyMs = everyMs
    this.#limiter = new Limiter('service', settings)
    const { broker, world } = account
    this.leases = new LimitLeases({
      holder: `process ${Math.random()}`,
      clock: world.clock,
      registerOf: name => {
        const register = broker.register(name)
        const reached = <Value>(ask: () => Promise<Value>) =>
          account.isReachable ? ask() : Promise.reject(new Error('connection refused'))
        return {
          read: () => reached(() => register.read()),
          replace: (previous, text) => reached(() => register.replace(previous, text)),
        }
      },
    })
    this.#limiter.join(this.#tenant)
    this.leases.want(this.#limiter)
    this.#send()
  }

  /** Its run ends, with nothing left in flight. */
  async end(): Promise<void> {
    this.#isOver = true
    this.#cancelTimer()
    this.#limiter.leave(this.#tenant)
    await this.leases.close()
  }

  /** Killed: it says nothing any more. */
  vanish(): void {
    this.#isOver = true
    this.#cancelTimer()
    this.leases.want = () => {}
    this.#limiter.leave(this.#tenant)
  }

  #send(): void {
    const { world } = this.#account
    this.#cancelTimer()
    while (!this.#isOver) {
      if (world.nowMs < this.#nextAtMs) {
        this.#limiter.stopWaiting(this.#tenant)
        this.#cancelTimer = world.after(this.#nextAtMs - world.nowMs, () => this.#send())
        return
      }
      const closed = this.#limiter.closedFor(this.#tenant, world.nowMs)
      if (closed !== undefined) {
        if (closed.untilMs !== undefined)
          this.#cancelTimer = world.after(Math.max(1, closed.untilMs - world.nowMs), () => this.#send())
        return
      }
      this.#call()
    }
  }

  #call(): void {
    const account = this.#account
    const { world } = account
    const permit = this.#limiter.acquire(this.#tenant, 0, false, world.nowMs)
    this.#nextAtMs = world.nowMs + this.#everyMs
    this.callCount++
    account.calls.push(world.nowMs)
    account.mostInFlight = Math.max(account.mostInFlight, ++account.inFlight)
    world.after(this.#latencyMs, () => {
      account.inFlight--
      if (this.#isOver) return
      const report = {
        responseClass: 'accepted',
        tokens: undefined,
        retryAfterMs: undefined,
        limits: undefined,
      } as const
      this.#limiter.release(this.#tenant, permit, report, world.nowMs)
      this.#send()
    })
  }
}

test('two processes use all of a rate, and not more, each half of it', async () => {
  const account = new Account({ requestsPerMinute: 600 })
  const processes = [account.process(300), account.process(300)]
  await account.until(10 * MINUTE_MS)
  expect(account.mostPerMinute()).toBeLessThanOrEqual(600)
  expect(account.callsBetween(MINUTE_MS, 10 * MINUTE_MS)).toBeGreaterThan(0.95 * 9 * 600)
  const [first, second] = processes.map(({ callCount }) => callCount)
  expect(Math.abs(first! - second!)).toBeLessThan(100)
})

test.each([10, 3, 2, 1])(
  'three processes never have more than %i calls in flight, and nearly always as many',
  async concurrency => {
    const account = new Account({ concurrency })
    const processes = [account.process(700), account.process(900), account.process(400)]
    await account.until(20 * MINUTE_MS)
    expect(account.mostInFlight).toBe(concurrency)
    for (const { callCount } of processes) expect(callCount).toBeGreaterThan(100)
    // So many of 400 to 900 ms fit.
    expect(account.calls.length).toBeGreaterThan((0.9 * concurrency * 20 * MINUTE_MS) / 667)
  },
)

test('one that comes and goes has its part within seconds, and leaves it', async () => {
  const account = new Account({ requestsPerMinute: 1_200, concurrency: 40 })
  account.process(500)
  await account.until(5 * MINUTE_MS)
  const second = account.process(500)
  await account.until(10 * MINUTE_MS)
  expect(second.callCount).toBeGreaterThan(0.9 * 5 * 600)
  await second.end()
  await account.until(15 * MINUTE_MS)
  expect(account.mostPerMinute()).toBeLessThanOrEqual(1_200)
  expect(account.mostInFlight).toBeLessThanOrEqual(40)
  expect(account.callsBetween(0, 15 * MINUTE_MS)).toBeGreaterThan(0.93 * 15 * 1_200)
})

test('one that does little leaves the rest to the other', async () => {
  const account = new Account({ requestsPerMinute: 600 })
  const busy = account.process(200)
  account.process(200, 2_000)
  await account.until(10 * MINUTE_MS)
  expect(busy.callCount).toBeGreaterThan(0.85 * 10 * 600)
  expect(account.mostPerMinute()).toBeLessThanOrEqual(600)
})

test('what a killed process had is used by the other when its lease is over', async () => {
  const account = new Account({ requestsPerMinute: 600 })
  account.process(200)
  const killed = account.process(200)
  await account.until(2 * MINUTE_MS)
  killed.vanish()
  await account.until(3 * MINUTE_MS)
  expect(account.callsBetween(2.5 * MINUTE_MS, 3 * MINUTE_MS)).toBeGreaterThan(0.9 * 300)
  expect(account.mostPerMinute()).toBeLessThanOrEqual(600)
})

test('a process that cannot renew its lease starts nothing, and goes on when it can', async () => {
  const account = new Account({ requestsPerMinute: 600 })
  account.process(200)
  await account.until(MINUTE_MS)
  account.isReachable = false
  await account.until(2 * MINUTE_MS)
  expect(account.callsBetween(MINUTE_MS + 10_000, 2 * MINUTE_MS)).toBe(0)
  account.isReachable = true
  await account.until(3 * MINUTE_MS)
  expect(account.callsBetween(2 * MINUTE_MS, 3 * MINUTE_MS)).toBeGreaterThan(0.9 * 600)
})
