import { randomUUID } from 'node:crypto'
import { Worker } from 'bullmq'
import { expect, test } from 'vitest'
import { openBullmqBroker } from '../../../src/workers/fleet/broker/bullmq-broker.js'
import { ThreadExecutor } from '../../../src/workers/thread/thread-executor.js'
import { fleetInProcess } from '../../support/fleet/fleet-in-process.js'
import { hasRedis, type RedisServer, startRedis } from '../../support/fleet/redis-server.js'
import { assignment, fixtureModules, jobTemplate } from '../../support/jobs/job-fixture.js'
import { JobInbox, resultOf } from '../../support/jobs/job-inbox.js'
import { runOpening } from '../../support/jobs/run-opening.js'

const PLACES = 4

/** What BullMQ does with a session whose host has not renewed its lock, since its loop was blocked for half a minute. */
async function loseLock(redis: RedisServer, fleet: string): Promise<void> {
  const keys = `{showrunner}:${fleet}`
  const [id] = (await redis.send('LRANGE', `${keys}:active`, '0', '-1')) as [string]
  await redis.send('DEL', `${keys}:${id}:lock`, `${keys}:stalled-check`)
  const watcher = new Worker(fleet, null, {
    connection: { port: redis.port },
    prefix: '{showrunner}',
    autorun: false,
    stalledInterval: 20,
    maxStalledCount: 100,
  })
  const stalled = new Promise<string>(resolve => watcher.on('stalled', resolve))
  await watcher.startStalledCheckTimer()
  expect(await stalled).toBe(id)
  await watcher.close()
}

test.runIf(hasRedis)(
  'a session whose lock is lost goes on beside a second one, and no job runs twice',
  async () => {
    await using redis = await startRedis()
    const options = { url: redis.url, fleet: randomUUID() }
    const [broker, hostBroker] = await Promise.all([openBullmqBroker(options), openBullmqBroker(options)])
    await using executor = fleetInProcess({
      broker,
      hostBroker,
      hosts: 2,
      places: PLACES,
      openExecutor: limits => new ThreadExecutor({ threads: 1, modules: fixtureModules, ...limits }),
    })
    const inbox = new JobInbox()
    const opening = { ...runOpening(inbox.receive, { onPlaces: inbox.look }), wantedPlaces: PLACES }
    const run = executor.openRun(opening)
    const places = () => run.hosts!().reduce((sum, host) => sum + host.places, 0)
    const jobs = Array.from({ length: 2 * PLACES }, (_, job) =>
      assignment(job, { act: 'wait', waitMs: 1_000, say: true }),
    )
    await inbox.until(() => places() === PLACES)
    run.dispatch(jobTemplate(), jobs.slice(0, PLACES))
    await inbox.until(() => calls(inbox) === PLACES)

    await loseLock(redis, options.fleet)
    await inbox.until(() => places() === 2 * PLACES)
    run.dispatch(jobTemplate(), jobs.slice(PLACES))
    const outcomes = await Promise.all(jobs.map(({ job }) => inbox.outcome(job)))
    expect(outcomes.map(resultOf)).toEqual(jobs.map(() => 'waited'))
    for (const { job } of jobs) expect(inbox.settledOf(job)).toHaveLength(1)
    expect(calls(inbox)).toBe(jobs.length)
    expect(run.hosts!().reduce((sum, { losses }) => sum + losses, 0)).toBe(0)

    // Both end, and leave nothing that another host would take.
    await run.close()
    await expect.poll(() => broker.demand()).toEqual({ waiting: 0, served: 0 })
  },
  60_000,
)

/** How often the provider was called. */
const calls = ({ messages }: JobInbox): number => messages.filter(({ type }) => type === 'job.log').length
