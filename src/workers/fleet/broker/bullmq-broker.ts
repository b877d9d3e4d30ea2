import { setTimeout as delay } from 'node:timers/promises'
import type { Queue, Worker } from 'bullmq'
import type { Redis, RedisOptions } from 'ioredis'
import { ShowrunnerError } from '../../../model/error/error.js'
import type { Register } from '../../../model/fleet/register.js'
import type { Broker, Pipe, Serving, Ticket } from './broker.js'
import { dropWhenSilent } from './drop-when-silent.js'
import { RedisPipe } from './redis-pipe.js'
import { RedisRegister } from './redis-register.js'
import { requireAnswer } from './require-answer.js'

/** In braces, so that all keys of a fleet lie on one node of a cluster, and an ACL can name them. */
const PREFIX = '{showrunner}'
/** BullMQ keeps so many events of its jobs, which are sessions here, for dashboards. */
const EVENT_LIMIT = 1_000
/** BullMQ's clients have been seen to hang while they close. */
const CLOSE_MS = 2_000

export interface BullmqBrokerOptions {
  /** `redis://` or `rediss://`, with user and password where they are needed. */
  readonly url: string
  /** Fleets of different names know nothing of each other. @default 'default' */
  readonly fleet?: string | undefined
  /** Something that whoever runs it should read. */
  warn?(message: string): void
}

/**
 * Tickets are jobs of a BullMQ queue, pipes are Redis Streams.
 * @throws ShowrunnerError `FLEET_UNREACHABLE` when Redis does not answer; `USAGE_INVALID` without the packages
 * `bullmq` and `ioredis`, or for a Redis that refuses the user or may evict keys
 */
export async function openBullmqBroker(options: BullmqBrokerOptions): Promise<Broker> {
  const { bullmq, ioredis } = await loadPeers()
  const settings: RedisOptions = { maxRetriesPerRequest: null, lazyConnect: true, retryStrategy: () => 500 }
  const redis = new ioredis.Redis(options.url, settings)
  redis.on('error', () => undefined)
  try {
    await requireAnswer(redis)
    await checkEviction(redis, options.warn)
  } catch (error) {
    redis.disconnect()
    throw error
  }
  return new BullmqBroker(bullmq, redis, options.fleet ?? 'default')
}

type Bullmq = typeof import('bullmq')

async function loadPeers() {
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')])
    return { bullmq, ioredis }
  } catch (cause) {
    const message = 'A queue needs the packages bullmq and ioredis. Install them: npm install bullmq ioredis'
    throw new ShowrunnerError('USAGE_INVALID', message, { cause })
  }
}

/** A Redis that evicts keys when it is full loses jobs and results without a word. */
async function checkEviction(redis: Redis, warn: BullmqBrokerOptions['warn']): Promise<void> {
  const policy = await redis.config('GET', 'maxmemory-policy').then(
    found => (found as string[])[1],
    () => undefined,
  )
  if (policy === undefined)
    warn?.('The eviction policy of Redis cannot be read. It must be noeviction, or results may be lost.')
  else if (policy !== 'noeviction')
    throw new ShowrunnerError(
      'USAGE_INVALID',
      `Redis has the eviction policy ${policy}, with which it deletes jobs and results when it is full. Set it: redis-cli config set maxmemory-policy noeviction`,
    )
}

class BullmqBroker implements Broker {
  readonly #bullmq: Bullmq
  readonly #redis: Redis
  /** What is sent in one turn of the event loop leaves together. */
  readonly #pipelined: Redis
  readonly #name: string
  readonly #queue: Queue<Ticket>
  readonly #workers = new Set<Worker<Ticket>>()

  constructor(bullmq: Bullmq, redis: Redis, fleet: string) {
    this.#bullmq = bullmq
    this.#redis = redis
    this.#pipelined = redis.duplicate({ enableAutoPipelining: true })
    this.#pipelined.on('error', () => undefined)
    for (const connection of [redis, this.#pipelined]) dropWhenSilent(connection)
    this.#name = fleet
    const streams = { events: { maxLen: EVENT_LIMIT } }
    this.#queue = new bullmq.Queue<Ticket>(fleet, { connection: redis, prefix: PREFIX, streams })
    this.#queue.on('error', () => undefined)
  }

  async want(ticket: Ticket, count: number): Promise<void> {
    if (count === 0) await this.#withdraw(ticket)
    const options = { removeOnComplete: true, removeOnFail: true }
    const job = { name: `${ticket.movieId} ${ticket.run}`, data: ticket, opts: options }
    if (count > 0) await this.#queue.addBulk(Array.from({ length: count }, () => job))
  }

  serve(sessions: number, run: (ticket: Ticket) => Promise<void>): Serving {
    const connection = this.#redis.duplicate()
    connection.on('error', () => undefined)
    dropWhenSilent(connection)
    const worker = new this.#bullmq.Worker<Ticket>(this.#name, async job => await run(job.data), {
      connection,
      prefix: PREFIX,
      concurrency: sessions,
      // A host that was blocked for a while has lost nothing: whoever takes its ticket opens another session.
      maxStalledCount: 100,
    })
    worker.on('error', () => undefined)
    this.#workers.add(worker)
    return { drain: () => worker.close() }
  }

  async demand(): Promise<{ waiting: number; served: number }> {
    const { waiting = 0, active = 0 } = await this.#queue.getJobCounts('waiting', 'active')
    return { waiting, served: active }
  }

  sessions(movieId: string): Promise<readonly string[]> {
    return this.#redis.smembers(this.#key(`${movieId}/sessions`))
  }

  async enlist(movieId: string, session: string): Promise<void> {
    await this.#redis.sadd(this.#key(`${movieId}/sessions`), session)
  }

  async delist(movieId: string, session: string): Promise<void> {
    await this.#redis.srem(this.#key(`${movieId}/sessions`), session)
  }

  pipe(name: string): Pipe {
    return new RedisPipe(this.#pipelined, this.#key(name))
  }

  register(name: string): Register {
    return new RedisRegister(this.#redis, this.#key(name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = [...this.#workers].map(worker => worker.close(true))
    await Promise.race([
      Promise.allSettled([...closing, this.#queue.close()]),
      delay(CLOSE_MS, undefined, { ref: false }),
    ])
    this.#redis.disconnect()
    this.#pipelined.disconnect()
  }

  #key(name: string): string {
    return `${PREFIX}:${this.#name}/${name}`
  }

  async #withdraw({ movieId, token }: Ticket): Promise<void> {
    for (const job of await this.#queue.getJobs(['waiting', 'prioritized', 'delayed'])) {
      if (job?.data.movieId !== movieId || job.data.token > token) continue
      // Somebody may have taken it meanwhile.
      await job.remove().catch(() => undefined)
    }
  }
}
