import { expect, test } from 'vitest'
import type { RunId } from '../../../src/model/id.js'
import type { JobSettled, RunAddress } from '../../../src/model/job.js'
import { inProcessLink } from '../../../src/workers/inline/in-process-link.js'
import { HostSession } from '../../../src/workers/session/host-session.js'
import type { Link, OpenLink } from '../../../src/workers/session/link.js'
import type { HostMessage, WorkerMessage } from '../../../src/workers/session/session-message.js'
import { SessionRun } from '../../../src/workers/session/session-run.js'
import { WorkerSession } from '../../../src/workers/session/worker-session.js'
import { assignment, jobTemplate } from '../../support/jobs/job-fixture.js'
import { codeOf, JobInbox, resultOf } from '../../support/jobs/job-inbox.js'
import { runOpening } from '../../support/jobs/run-opening.js'
import faulty from '../../support/providers/faulty.mjs'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

const provider = { type: 'module', name: 'faulty', hash: 'abc' } as const
const template = () => jobTemplate({ provider })
const address: RunAddress = { run: 'now' as RunId, token: 7 }
const others: readonly RunAddress[] = [
  { run: 'before' as RunId, token: 7 },
  { run: 'now' as RunId, token: 6 },
]

/** A run over one session; the test is the worker, or says what stands at that end. */
function host(openLink: OpenLink<HostMessage, WorkerMessage>, abortGraceMs = 1_000) {
  const inbox = new JobInbox()
  const session = new HostSession(openLink)
  const run = new SessionRun({
    opening: runOpening(inbox.receive, { address }),
    abortGraceMs,
    assign: (jobs, take) => take(session, jobs),
    onClosed: () => session.end(),
  })
  return { run, inbox }
}

function worker(openLink: OpenLink<WorkerMessage, HostMessage>) {
  const site = { baseFolder: '/', blobs: new MemoryBlobs(), openCache: undefined }
  const limits = { abortGraceMs: 1_000, inlineLimitBytes: 16_384 }
  return new WorkerSession(openLink, { ...limits, provider: () => faulty, run: () => site })
}

/** One end of a link in the hands of the test. */
function hand<Out, In>(openLink: OpenLink<Out, In>) {
  const heard: In[] = []
  const waiting = new Set<() => void>()
  const link: Link<Out> = openLink(message => {
    heard.push(message)
    for (const look of waiting) look()
  })
  const until = (isIt: (message: In) => boolean) =>
    new Promise<In>(resolve => {
      const look = () => {
        const found = heard.find(isIt)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  return { post: (message: Out) => link.post(message), heard, until }
}

const settled = (job: number, attempt: number, value: string): JobSettled => ({
  type: 'job.settled',
  job,
  attempt,
  durationMs: 1,
  outcome: { state: 'succeeded', artifacts: [{ output: 'Text', index: 0, value, hash: 'h' }] },
})

test('a host drops what another run, another writer or another attempt says, and what is said twice', async () => {
  const link = inProcessLink<HostMessage, WorkerMessage>()
  const { run, inbox } = host(link.host)
  const it = hand(link.worker)
  run.dispatch(template(), [assignment(1, {}, { attempt: 2 }), assignment(2)])
  await it.until(({ type }) => type === 'jobs')
  for (const other of others)
    it.post({ type: 'messages', ...other, messages: [settled(1, 2, 'of another run or writer')] })
  const log = { type: 'job.log', level: 'info' } as const
  it.post({
    type: 'messages',
    ...address,
    messages: [
      { ...log, job: 1, attempt: 1, message: 'late' },
      settled(1, 1, 'late'),
      settled(9, 1, 'never dispatched'),
      settled(1, 2, 'its own'),
      settled(1, 2, 'said twice'),
      { ...log, job: 1, attempt: 2, message: 'after the end' },
      settled(2, 1, 'the other'),
    ],
  })
  await inbox.outcome(2)
  expect(inbox.messages).toEqual([settled(1, 2, 'its own'), settled(2, 1, 'the other')])
  await run.close()
})

test('a worker drops what another run, another writer or for another attempt says', async () => {
  const link = inProcessLink<HostMessage, WorkerMessage>()
  const session = worker(link.worker)
  const it = hand(link.host)
  const jobs = [assignment(1, { act: 'checkpoint' }), assignment(2, { act: 'untilAbort', say: true })]
  const first = template()
  it.post({ type: 'run.open', ...address, movieId: 'test' })
  it.post({ type: 'template', ...address, template: first })
  for (const other of others) {
    it.post({ type: 'template', ...other, template: first })
    it.post({ type: 'jobs', ...other, templateId: first.templateId, jobs })
  }
  it.post({ type: 'jobs', ...address, templateId: first.templateId, jobs })
  const says = (type: string) =>
    it.until(message => message.type === 'messages' && message.messages.some(said => said.type === type))
  await says('job.checkpoint')
  const durable = { type: 'checkpoint.durable', job: 1, attempt: 1, requestNumber: 1 } as const
  const attempts = [{ job: 2, attempt: 1 }]
  for (const other of others) {
    it.post({ ...durable, ...other })
    it.post({ type: 'cancel', ...other, attempts, reason: 'cancelled' })
    it.post({ type: 'run.close', ...other })
  }
  it.post({ ...durable, ...address, attempt: 2 })
  it.post({ type: 'cancel', ...address, attempts: [{ job: 2, attempt: 2 }], reason: 'cancelled' })
  it.post({ type: 'ping' })
  await it.until(message => message.type === 'pong' && it.heard.indexOf(message) > 0)
  it.post({ type: 'jobs', ...address, templateId: first.templateId, jobs: [assignment(3, { act: 'tell' })] })
  const outcomes = () =>
    it.heard
      .flatMap(message => (message.type === 'messages' ? message.messages : []))
      .filter(message => message.type === 'job.settled')
      .map(({ job, outcome }) => [job, codeOf(outcome)])
  await says('job.settled')
  expect(outcomes()).toEqual([[3, 'succeeded']])
  it.post({ ...durable, ...address })
  it.post({ type: 'cancel', ...address, attempts, reason: 'cancelled' })
  await it.until(() => outcomes().length === 3)
  expect(outcomes()).toEqual(
    expect.arrayContaining([
      [1, 'succeeded'],
      [2, 'cancelled'],
    ]),
  )
  it.post({ type: 'end' })
  await session.ended
})

test('a session is carried as text: nothing but JSON is in its messages, and no place of this machine', async () => {
  const link = inProcessLink<string, string>()
  const carried: string[] = []
  const asText = <Out, In>(open: OpenLink<string, string>): OpenLink<Out, In> => {
    return receive => {
      const text = open(message => receive(JSON.parse(message) as In))
      return {
        post(message) {
          carried.push(JSON.stringify(message))
          text.post(carried.at(-1)!)
        },
        drain: () => text.drain(),
        close: () => text.close(),
      }
    }
  }
  const session = worker(asText(link.worker))
  const { run, inbox } = host(asText(link.host))
  run.dispatch(template(), [
    assignment(1, { act: 'checkpoint' }),
    assignment(2, { act: 'untilAbort' }),
    assignment(3, { act: 'echo', text: 'made', list: [1, { deep: null }] }, { losses: 1, isFresh: true }),
  ])
  const { job, attempt } = await inbox.message(({ type }) => type === 'job.checkpoint')
  run.acknowledgeCheckpoint(job, attempt, 1)
  run.cancel([2], 'cancelled')
  expect(resultOf(await inbox.outcome(1))).toBe('durable')
  expect(codeOf(await inbox.outcome(2))).toBe('cancelled')
  expect(resultOf(await inbox.outcome(3))).toBe('made')
  await run.close()
  await session.ended
  expect(new Set(carried.map(text => JSON.parse(text).type))).toEqual(
    new Set([
      'pong',
      'run.open',
      'template',
      'jobs',
      'cancel',
      'checkpoint.durable',
      'messages',
      'run.close',
      'end',
    ]),
  )
  expect(carried.filter(text => /file:|"\/|specifier/.test(text))).toEqual([])
})

test('a result of other inputs than those that were dispatched is dropped, and somebody hears of it', async () => {
  const link = inProcessLink<HostMessage, WorkerMessage>()
  const { run, inbox } = host(link.host)
  const it = hand(link.worker)
  run.dispatch(template(), [assignment(1, {}, { inputsHash: 'now' })])
  await it.until(({ type }) => type === 'jobs')
  it.post({
    type: 'messages',
    ...address,
    messages: [{ ...settled(1, 1, 'of old inputs'), inputsHash: 'old' }],
  })
  it.post({ type: 'messages', ...address, messages: [{ ...settled(1, 1, 'right'), inputsHash: 'now' }] })
  expect(resultOf(await inbox.outcome(1))).toBe('right')
  expect(inbox.messages.map(message => message.type === 'job.log' && message.level)).toEqual(['warn', false])
})
