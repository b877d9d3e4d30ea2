import { expect, test } from 'vitest'
import { MemoryBroker } from '../../../../src/workers/fleet/broker/memory-broker.js'
import { ThreadExecutor } from '../../../../src/workers/thread/thread-executor.js'
import { fleetInProcess } from '../../../support/fleet/fleet-in-process.js'
import { assignment, fixtureModules, jobTemplate } from '../../../support/jobs/job-fixture.js'
import { JobInbox, resultOf } from '../../../support/jobs/job-inbox.js'
import { runOpening } from '../../../support/jobs/run-opening.js'

test('a host serves one run in several sessions at once', async () => {
  await using executor = fleetInProcess({
    broker: new MemoryBroker(),
    hosts: 1,
    places: 4,
    openExecutor: limits => new ThreadExecutor({ threads: 1, modules: fixtureModules, ...limits }),
  })
  const inbox = new JobInbox()
  const opening = { ...runOpening(inbox.receive, { onPlaces: inbox.look }), wantedPlaces: 12 }
  const run = executor.openRun(opening)
  await inbox.until(() => run.freePlaces === 12)
  const jobs = Array.from({ length: 12 }, (_, job) => assignment(job, { act: 'echo', text: `${job}` }))
  run.dispatch(jobTemplate(), jobs)
  const outcomes = await Promise.all(jobs.map(({ job }) => inbox.outcome(job)))
  expect(outcomes.map(resultOf)).toEqual(jobs.map(({ job }) => `${job}`))
  await run.close()
})
