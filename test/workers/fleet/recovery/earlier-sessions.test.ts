import { expect, test } from 'vitest'
import type { JobMessage, JobSettled } from '../../../../src/model/job.js'
import { FleetSession } from '../../../../src/workers/fleet/fleet-session.js'
import { EarlierSessions } from '../../../../src/workers/fleet/recovery/earlier-sessions.js'
import { Salvage } from '../../../../src/workers/fleet/recovery/salvage.js'
import type { FrameLink } from '../../../../src/workers/fleet/wire/frame-link.js'
import type { FromHost } from '../../../../src/workers/fleet/wire/host-messages.js'
import { packWorks } from '../../../../src/workers/fleet/wire/told-works.js'
import { workKey } from '../../../../src/workers/fleet/wire/work-key.js'
import { assignment, jobTemplate } from '../../../support/jobs/job-fixture.js'

const WORK = { jobId: 'Producer:Clip[3]', inputsHash: 'hash-3', generation: 0 }
const KEY = workKey(WORK.jobId, WORK.inputsHash, WORK.generation)
const HOLDING: FromHost = { type: 'holding', works: [[7, 1, KEY]] }
const TEMPLATE = jobTemplate()
const JOB = assignment(3, {}, { attempt: 2 })

const told = (message: JobMessage): FromHost => ({
  type: 'messages',
  run: 'earlier' as never,
  token: 1,
  ...packWorks([message], () => WORK),
})

const checkpointed = (id: string): FromHost =>
  told({ type: 'job.checkpoint', job: 7, attempt: 1, requestNumber: 1, checkpoint: { id } })

const settled = (outcome: JobSettled['outcome']): FromHost =>
  told({ type: 'job.settled', job: 7, attempt: 1, durationMs: 1, outcome })

const FAILED = settled({ state: 'failed', error: { code: 'network', message: 'It was cut off.' } })
const MADE = settled({ state: 'succeeded', artifacts: [] })

/** Two sessions that were called, and what reaches the run. */
function called() {
  const salvage = new Salvage()
  const delivered: JobMessage[] = []
  const receivers: ((message: FromHost) => void)[] = []
  const frames = { post: () => {}, forgetSent: () => {} } as unknown as FrameLink
  let againCount = 0
  const earlier = new EarlierSessions({
    salvage,
    open: (name, take) => {
      receivers.push(take)
      return new FleetSession(name, frames, 0)
    },
    deliver: messages => void delivered.push(...messages),
    again: () => void againCount++,
    onAnswered: () => {},
    onGone: () => {},
  })
  earlier.call('host-1/session')
  const [receive, other] = [receivers[0]!, (message: FromHost) => receivers[1]!(message)]
  const divide = () => salvage.divide(TEMPLATE, [JOB], () => KEY)
  return { salvage, earlier, delivered, receive, other, divide, againCount: () => againCount }
}

test('what a session holds is kept until it leaves', () => {
  const { salvage, earlier, receive } = called()
  receive(HOLDING)
  expect(earlier.isKnown).toBe(true)
  expect(salvage.isEmpty).toBe(false)
  receive({ type: 'left' })
  expect(salvage.isEmpty).toBe(true)
})

test('a session that answers after its farewell holds nothing: its jobs would wait for ever', () => {
  const { salvage, earlier, receive } = called()
  receive({ type: 'left' })
  receive(HOLDING)
  expect(earlier.isKnown).toBe(true)
  expect(salvage.isEmpty).toBe(true)
})

test('a checkpoint of the session that has the work is recorded, and asked for', () => {
  const { delivered, receive, divide } = called()
  receive(HOLDING)
  expect(divide()).toEqual({ made: [], left: [] })
  receive(checkpointed('own'))
  expect(delivered).toMatchObject([{ job: 3, attempt: 2, requestNumber: 1, checkpoint: { id: 'own' } }])
})

test('what another session has begun is not recorded beside one that has the work, and serves whoever takes it after that', () => {
  const { earlier, delivered, receive, other, divide, againCount } = called()
  earlier.call('host-2/session')
  other(checkpointed('begun before'))
  receive(HOLDING)
  expect(divide()).toEqual({ made: [], left: [] })
  other(checkpointed('of another'))
  other(FAILED)
  expect(delivered).toEqual([])
  receive({ type: 'left' })
  expect(againCount()).toBe(1)
  expect(divide()).toMatchObject({
    made: [{ job: 3, attempt: 2, requestNumber: 0, checkpoint: { id: 'of another' } }],
    left: [{ job: 3, resume: { id: 'of another' } }],
  })
})

test('what another session has begun is worth nothing after a checkpoint of the one that has the work', () => {
  const { earlier, receive, other, divide } = called()
  earlier.call('host-2/session')
  receive(HOLDING)
  divide()
  receive(checkpointed('own'))
  other(checkpointed('of another'))
  receive(FAILED)
  expect(divide()).toEqual({ made: [], left: [JOB] })
})

test('a success counts whoever has made it', () => {
  const { salvage, earlier, delivered, receive, other, divide } = called()
  earlier.call('host-2/session')
  receive(HOLDING)
  divide()
  other(MADE)
  expect(delivered).toMatchObject([
    { type: 'job.settled', job: 3, attempt: 2, outcome: { state: 'succeeded' } },
  ])
  expect(salvage.isEmpty).toBe(true)
})
