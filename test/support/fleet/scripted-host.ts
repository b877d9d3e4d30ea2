import { onTestFinished } from 'vitest'
import type { JobAssignment } from '../../../src/model/job.js'
import type { RunOpening } from '../../../src/workers/executor.js'
import { type Broker, downPipe, type Ticket, upPipe } from '../../../src/workers/fleet/broker/broker.js'
import { MemoryBroker } from '../../../src/workers/fleet/broker/memory-broker.js'
import { FleetExecutor, type FleetExecutorOptions } from '../../../src/workers/fleet/fleet-executor.js'
import { frameText, readFrame } from '../../../src/workers/fleet/wire/frame.js'
import type { FromHost, ToHost } from '../../../src/workers/fleet/wire/host-messages.js'
import { packWorks } from '../../../src/workers/fleet/wire/told-works.js'
import type { WorkerJobMessage } from '../../../src/workers/session/session-message.js'
import { unpackJobs } from '../../../src/workers/thread/packed-jobs.js'
import { JobInbox } from '../jobs/job-inbox.js'
import { runOpening } from '../jobs/run-opening.js'

/** A host whose every frame is written by the test. */
export class ScriptedHost {
  readonly name: string
  readonly given: JobAssignment[] = []
  readonly #broker: Broker
  readonly #ticket: Ticket
  #seq = 0
  #onJobs = () => {}

  constructor(broker: Broker, ticket: Ticket, name: string, places: number) {
    this.name = name
    this.#broker = broker
    this.#ticket = ticket
    void broker.pipe(downPipe(ticket.movieId, name)).read((_, text) => {
      for (const message of (readFrame(text).messages ?? []) as ToHost[])
        if (message.type === 'jobs') this.given.push(...unpackJobs(message.jobs))
        else if (message.type === 'end') this.says({ type: 'left' })
      this.#onJobs()
    }, new AbortController().signal)
    const fingerprints = { faulty: 'x' }
    this.says({ type: 'hello', host: name, places, version: 'test', fingerprints, refuses: [] })
  }

  /** Frames that it has sent. */
  get sentCount(): number {
    return this.#seq
  }

  /** Jobs that it was sent. */
  async has(count: number): Promise<void> {
    await new Promise<void>(resolve => {
      this.#onJobs = () => {
        if (this.given.length >= count) resolve()
      }
      this.#onJobs()
    })
  }

  says(message: FromHost): void {
    this.sends(JSON.stringify(message))
  }

  sends(json: string): void {
    const { token } = this.#ticket
    const frame = { session: this.name, token, seq: ++this.#seq, ack: 0, low: 1, again: 0 }
    this.raw(frameText(frame, [json]))
  }

  raw(text: string, movieId = this.#ticket.movieId): void {
    void this.#broker.pipe(upPipe(movieId)).send(text)
  }

  /** A success of an attempt, made of these inputs. */
  settles({ job, attempt }: { job: number; attempt: number }, value: string, inputsHash: string): void {
    const artifacts = [{ output: 'Text', index: 0, value, hash: `hash of ${value}` as never }]
    const outcome = { state: 'succeeded', artifacts } as const
    this.tells({ type: 'job.settled', job, attempt, durationMs: 1, outcome }, inputsHash)
  }

  /** A message of an attempt, which was given these inputs. */
  tells(message: WorkerJobMessage, inputsHash = `hash-${message.job}`): void {
    const { run, token } = this.#ticket
    const work = { jobId: `Producer:Clip[${message.job}]`, inputsHash, generation: 0 }
    this.says({ type: 'messages', run, token, ...packWorks([message], () => work) })
  }
}

/** A run with two scripted hosts, which have said hello. */
export async function scriptedFleet(
  places: number,
  options: Partial<FleetExecutorOptions> = {},
  opening: Partial<RunOpening> = {},
) {
  const broker = options.broker ?? new MemoryBroker()
  const executor = new FleetExecutor({ version: 'test', ...options, broker })
  onTestFinished(() => executor.close())
  const hosts: ScriptedHost[] = []
  const serving = broker.serve(8, async ticket => {
    hosts.push(new ScriptedHost(broker, ticket, `host-${hosts.length}`, places))
    await new Promise(() => {})
  })
  const inbox = new JobInbox()
  const run = executor.openRun(
    runOpening(
      (messages, receipt) => {
        inbox.receive(messages, receipt)
        // As after an append.
        if (receipt !== undefined) setImmediate(() => run.recorded(receipt))
      },
      { wantedPlaces: 2 * places, onPlaces: inbox.look, ...opening },
    ),
  )
  await inbox.until(() => run.freePlaces >= 2 * places)
  const [first, second] = hosts as [ScriptedHost, ScriptedHost]
  void serving.drain()
  return { first, second, inbox, run }
}
