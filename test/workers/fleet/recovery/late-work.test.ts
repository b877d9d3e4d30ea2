import { expect, test } from 'vitest'
import type { JobCheckpoint, JobSettled } from '../../../../src/model/job.js'
import { scriptedFleet } from '../../../support/fleet/scripted-host.js'
import { TrimmedBroker } from '../../../support/fleet/trimmed-broker.js'
import { assignment, jobTemplate } from '../../../support/jobs/job-fixture.js'
import { type JobInbox, resultOf } from '../../../support/jobs/job-inbox.js'

const template = jobTemplate()

const checkpointOf = (attempt: number, id: string): JobCheckpoint => ({
  type: 'job.checkpoint',
  job: 0,
  attempt,
  requestNumber: 1,
  checkpoint: { id },
})

const failureOf = (attempt: number): JobSettled => ({
  type: 'job.settled',
  job: 0,
  attempt,
  durationMs: 1,
  outcome: { state: 'failed', error: { code: 'network', message: 'try again' } },
})

const checkpointsIn = ({ messages }: JobInbox) =>
  messages
    .filter(message => message.type === 'job.checkpoint')
    .map(({ attempt, checkpoint }) => [attempt, (checkpoint as { readonly id: string }).id])

/** A host has begun a job, was given up, and may be heard of again. */
async function givenUp(...options: Parameters<typeof scriptedFleet>) {
  const fleet = await scriptedFleet(...options)
  const { first, second, inbox, run } = fleet
  const dispatch = (attempt: number) => run.dispatch(template, [assignment(0, {}, { attempt })])
  dispatch(1)
  await first.has(1)
  first.says({ type: 'left' })
  await inbox.outcome(0, 1)
  return { gone: first, other: second, inbox, run, dispatch }
}

/** Everything that hosts have said was heard. */
async function heard({ gone, other, inbox }: Omit<Awaited<ReturnType<typeof givenUp>>, 'run' | 'dispatch'>) {
  await inbox.until(() => inbox.receipts.length >= gone.sentCount + other.sentCount)
}

test('a checkpoint of a host that was given up is not recorded beside an attempt that knows nothing of it, but for the next one', async () => {
  const { gone, other, inbox, dispatch } = await givenUp(1)
  dispatch(2)
  await other.has(1)
  gone.tells(checkpointOf(1, 'late'))
  await heard({ gone, other, inbox })
  expect(checkpointsIn(inbox)).toEqual([])
  other.tells(failureOf(2))
  await inbox.outcome(0, 2)
  dispatch(3)
  await other.has(2)
  expect(other.given.map(({ resume }) => resume)).toEqual([undefined, { id: 'late' }])
  await inbox.message(({ type }) => type === 'job.checkpoint')
  expect(checkpointsIn(inbox)).toEqual([[3, 'late']])
})

test('a checkpoint of a host that was given up is worth nothing when a later attempt has its own', async () => {
  const { gone, other, inbox, dispatch } = await givenUp(1)
  dispatch(2)
  await other.has(1)
  gone.tells(checkpointOf(1, 'late'))
  other.tells(checkpointOf(2, 'own'))
  gone.tells(checkpointOf(1, 'later'))
  other.tells(failureOf(2))
  await inbox.outcome(0, 2)
  gone.tells(checkpointOf(1, 'too late'))
  await heard({ gone, other, inbox })
  dispatch(3)
  await other.has(2)
  // The run says where it goes on, which is what it has recorded.
  expect(other.given.map(({ resume }) => resume)).toEqual([undefined, undefined])
  expect(checkpointsIn(inbox)).toEqual([[2, 'own']])
})

test('a checkpoint that comes while nobody has the job is recorded for whoever gets it', async () => {
  const { gone, other, inbox, dispatch } = await givenUp(1)
  gone.tells(checkpointOf(1, 'late'))
  await heard({ gone, other, inbox })
  dispatch(2)
  await other.has(1)
  expect(other.given[0]!.resume).toEqual({ id: 'late' })
  await inbox.message(({ type }) => type === 'job.checkpoint')
  expect(checkpointsIn(inbox)).toEqual([[2, 'late']])
})

test('a checkpoint that comes while the job waits for a host is recorded for whoever takes it', async () => {
  const { gone, other, inbox, run, dispatch } = await givenUp(1)
  run.dispatch(template, [assignment(1)])
  await other.has(1)
  dispatch(2)
  gone.tells(checkpointOf(1, 'late'))
  await heard({ gone, other, inbox })
  expect(checkpointsIn(inbox)).toEqual([])
  other.settles({ job: 1, attempt: 1 }, 'made', 'hash-1')
  await other.has(2)
  expect(other.given[1]!.resume).toEqual({ id: 'late' })
  await inbox.message(({ type }) => type === 'job.checkpoint')
  expect(checkpointsIn(inbox)).toEqual([[2, 'late']])
})

test('after a checkpoint that says that the service has nothing more, the job starts over', async () => {
  const { gone, other, inbox, dispatch } = await givenUp(1)
  gone.tells(checkpointOf(1, 'late'))
  gone.tells({ ...checkpointOf(1, 'over'), isOver: true })
  await heard({ gone, other, inbox })
  dispatch(2)
  await other.has(1)
  expect(other.given[0]!.resume).toBeUndefined()
  await inbox.message(({ type }) => type === 'job.checkpoint')
  expect(checkpointsIn(inbox)).toEqual([[2, 'over']])
})

test('a success of a host that was given up is taken for the next attempt, which no host gets', async () => {
  const { gone, other, inbox, dispatch } = await givenUp(1)
  dispatch(2)
  await other.has(1)
  other.tells(failureOf(2))
  await inbox.outcome(0, 2)
  gone.settles({ job: 0, attempt: 1 }, 'late', 'hash-0')
  await heard({ gone, other, inbox })
  dispatch(3)
  expect(resultOf(await inbox.outcome(0, 3))).toBe('late')
  expect(other.given).toHaveLength(1)
})

test('what two hosts have made does not stay in the queue until the run ends', async () => {
  const broker = new TrimmedBroker()
  const { gone, other, inbox, dispatch } = await givenUp(1, { broker, hostSilenceMs: 300 })
  dispatch(2)
  await other.has(1)
  other.settles({ job: 0, attempt: 2 }, 'made', 'hash-0')
  await inbox.outcome(0, 2)
  gone.settles({ job: 0, attempt: 1 }, 'late', 'hash-0')
  await heard({ gone, other, inbox })
  await broker.forgotten()
})
