import { expect, onTestFinished, test } from 'vitest'
import type { JobAssignment } from '../../../src/model/job.js'
import { downPipe, type Ticket, upPipe } from '../../../src/workers/fleet/broker/broker.js'
import { MemoryBroker } from '../../../src/workers/fleet/broker/memory-broker.js'
import { FleetExecutor } from '../../../src/workers/fleet/fleet-executor.js'
import { frameText, readFrame } from '../../../src/workers/fleet/wire/frame.js'
import type { FromHost, ToHost } from '../../../src/workers/fleet/wire/host-messages.js'
import { packWorks } from '../../../src/workers/fleet/wire/told-works.js'
import type { WorkerJobMessage } from '../../../src/workers/session/session-message.js'
import { unpackJobs } from '../../../src/workers/thread/packed-jobs.js'
import { assignment, jobTemplate } from '../../support/jobs/job-fixture.js'
import { JobInbox, resultOf } from '../../support/jobs/job-inbox.js'
import { runOpening } from '../../support/jobs/run-opening.js'

/** A host whose every frame is written by the test. */
class ScriptedHost {
  readonly name: string
  readonly given: JobAssignment[] = []
  readonly #broker: MemoryBroker
  readonly #ticket: Ticket
  #seq = 0
  onJobs = () => {}

  constructor(broker: MemoryBroker, ticket: Ticket, name: string) {
    this.name = name
    this.#broker = broker
    this.#ticket = ticket
    void broker.pipe(downPipe(ticket.movieId, name)).read((_, text) => {
      for (const message of (readFrame(text).messages ?? []) as ToHost[])
        if (message.type === 'jobs') this.given.push(...unpackJobs(message.jobs))
        else if (message.type === 'end') this.says({ type: 'left' })
      this.onJobs()
    }, new AbortController().signal)
    const fingerprints = { faulty: 'x' }
    this.says({ type: 'hello', host: name, places: 2, version: 'test', fingerprints, refuses: [] })
  }

  /** Jobs that it was sent. */
  async has(count: number): Promise<void> {
    await new Promise<void>(resolve => {
      this.onJobs = () => {
        if (this.given.length >= count) resolve()
      }
      this.onJobs()
    })
  }

  says(message: FromHost): void {
    this.sends(JSON.stringify(message))
  }

  sends(json: string): void {
    const { token, movieId } = this.#ticket
    const frame = { session: this.name, token, seq: ++this.#seq, ack: 0, low: 1, again: 0 }
    this.raw(frameText(frame, [json]), movieId)
  }

  raw(text: string, movieId = this.#ticket.movieId): void {
    void this.#broker.pipe(upPipe(movieId)).send(text)
  }

  /** A success of an attempt, made of these inputs. */
  settles({ job, attempt }: { job: number; attempt: number }, value: string, inputsHash: string): void {
    const artifacts = [{ output: 'Text', index: 0, value, hash: `hash of ${value}` as never }]
    const outcome = { state: 'succeeded', artifacts } as const
    const settled: WorkerJobMessage = { type: 'job.settled', job, attempt, durationMs: 1, outcome }
    const { run, token } = this.#ticket
    const work = { jobId: `Producer:Clip[${job}]`, inputsHash, generation: 0 }
    this.says({ type: 'messages', run, token, ...packWorks([settled], () => work) })
  }
}

/** Two hosts, each of which has been sent two of four jobs. */
async function twoHosts() {
  const broker = new MemoryBroker()
  const executor = new FleetExecutor({ broker, version: 'test' })
  onTestFinished(() => executor.close())
  const hosts: ScriptedHost[] = []
  broker.serve(8, async ticket => {
    hosts.push(new ScriptedHost(broker, ticket, `host-${hosts.length}`))
    await new Promise(() => {})
  })
  const inbox = new JobInbox()
  const run = executor.openRun(runOpening(inbox.receive, { wantedPlaces: 4, onPlaces: inbox.look }))
  await inbox.until(() => run.freePlaces >= 4)
  run.dispatch(
    jobTemplate(),
    [0, 1, 2, 3].map(job => assignment(job)),
  )
  const [honest, hostile] = hosts as [ScriptedHost, ScriptedHost]
  await Promise.all([honest.has(2), hostile.has(2)])
  return { honest, hostile, inbox, run }
}

const settle = (host: ScriptedHost, value = 'good') => {
  for (const job of host.given) host.settles(job, value, job.inputsHash)
}

test('a host is not believed what it says of jobs of others, of other inputs, twice, or after it has left', async () => {
  const { honest, hostile, inbox } = await twoHosts()
  const [own, other] = hostile.given as [JobAssignment, JobAssignment]
  for (const job of honest.given) hostile.settles(job, 'of another', job.inputsHash)
  hostile.settles({ job: own.job, attempt: own.attempt + 7 }, 'of another attempt', own.inputsHash)
  hostile.settles(own, 'of other inputs', 'hash of other inputs')
  settle(hostile)
  for (const job of hostile.given) hostile.settles(job, 'twice', job.inputsHash)
  hostile.says({ type: 'left' })
  for (const job of honest.given) hostile.settles(job, 'late, of another', job.inputsHash)
  hostile.settles(other, 'late and twice', other.inputsHash)
  await inbox.message(({ type }) => type === 'job.log')
  settle(honest)
  for (const job of [0, 1, 2, 3]) {
    expect(resultOf(await inbox.outcome(job))).toBe('good')
    expect(inbox.settledOf(job)).toHaveLength(1)
  }
})

test.each([
  ['no JSON', () => '\0\xff garbage'],
  ['half a frame', () => '["host-1",1,2,0,1,0,[{"type":"mess'],
  ['a frame of another version', () => '{"version":2,"session":"host-1"}'],
  ['many bytes', () => 'x'.repeat(32 * 1024 * 1024)],
])('%s in the pipe of the hosts is told once, and disturbs nobody', async (_, text) => {
  const { honest, hostile, inbox } = await twoHosts()
  for (let times = 0; times < 3; times++) hostile.raw(text())
  settle(honest)
  settle(hostile)
  for (const job of [0, 1, 2, 3]) expect(resultOf(await inbox.outcome(job))).toBe('good')
  expect(inbox.messages.filter(({ type }) => type === 'job.log')).toHaveLength(1)
})

test.each([
  ['a message of no kind', 'null'],
  ['results that are none', '{"type":"messages","messages":5,"works":[]}'],
])('a session that sends %s is over, and its jobs settle as lost', async (_, json) => {
  const { honest, hostile, inbox, run } = await twoHosts()
  hostile.sends(json)
  settle(honest)
  for (const { job } of hostile.given)
    expect(await inbox.outcome(job)).toMatchObject({ state: 'failed', error: { code: 'worker_lost' } })
  for (const { job } of honest.given) expect(resultOf(await inbox.outcome(job))).toBe('good')
  expect(run.freePlaces).toBe(2)
})
