import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { MemoryBroker } from '../../../src/workers/fleet/broker/memory-broker.js'
import { FleetExecutor } from '../../../src/workers/fleet/fleet-executor.js'
import { scriptedFleet } from '../../support/fleet/scripted-host.js'
import { assignment, jobTemplate, providerFixture } from '../../support/jobs/job-fixture.js'
import { JobInbox } from '../../support/jobs/job-inbox.js'
import { runOpening } from '../../support/jobs/run-opening.js'

const UNKNOWN = jobTemplate({ provider: providerFixture('of-no-host') })

const BEAT_MS = 250

/** A run that waits for less than two beats, and why it has ended. */
async function impatient() {
  let onBroken = (_: unknown) => {}
  const broken = new Promise<unknown>(resolve => {
    onBroken = resolve
  })
  const options = { fleetWaitMs: 1.5 * BEAT_MS, hostSilenceMs: 6 * BEAT_MS }
  const fleet = await scriptedFleet(1, options, { onBroken })
  return { ...fleet, broken }
}

test('a run whose jobs no host runs ends, and does not wait for ever', async () => {
  const { run, inbox, broken } = await impatient()
  run.dispatch(UNKNOWN, [assignment(0)])
  expect(await broken).toMatchObject({ code: 'FLEET_UNREACHABLE' })
  expect(inbox.messages).toMatchObject([{ type: 'job.log', level: 'warn' }])
})

test('jobs that no host runs end no run while hosts have others', async () => {
  const { run, first, second, broken } = await impatient()
  run.dispatch(jobTemplate(), [assignment(1)])
  run.dispatch(UNKNOWN, [assignment(0)])
  const worker = await Promise.race([first.has(1).then(() => first), second.has(1).then(() => second)])
  let isWorking = true
  const ended = broken.then(() => isWorking)
  await setTimeout(5 * BEAT_MS)
  isWorking = false
  worker.settles({ job: 1, attempt: 1 }, 'made', 'hash-1')
  expect(await ended).toBe(false)
})

test('a run that finds no host says so, and then ends', async () => {
  const executor = new FleetExecutor({
    broker: new MemoryBroker(),
    version: 'test',
    fleetWaitMs: 600,
    hostSilenceMs: 300,
  })
  onTestFinished(() => executor.close())
  const inbox = new JobInbox()
  const broken = new Promise<unknown>(onBroken => {
    executor.openRun(runOpening(inbox.receive, { onBroken }))
  })
  expect(await broken).toMatchObject({ code: 'FLEET_UNREACHABLE' })
  expect(inbox.messages).toMatchObject([{ type: 'job.log', level: 'warn' }])
})
