import { expect, test } from 'vitest'
import type { JobAssignment } from '../../../src/model/job.js'
import { type ScriptedHost, scriptedFleet } from '../../support/fleet/scripted-host.js'
import { assignment, jobTemplate } from '../../support/jobs/job-fixture.js'
import { resultOf } from '../../support/jobs/job-inbox.js'

/** Two hosts, each of which has been sent two of four jobs. */
async function twoHosts() {
  const { first: honest, second: hostile, inbox, run } = await scriptedFleet(2)
  run.dispatch(
    jobTemplate(),
    [0, 1, 2, 3].map(job => assignment(job)),
  )
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
