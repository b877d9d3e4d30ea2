import { type Clock, systemClock } from '../../../src/model/clock.js'
import type { AttemptLimits, Executor, RunOpening } from '../../../src/workers/executor.js'
import type { Broker } from '../../../src/workers/fleet/broker/broker.js'
import { FleetExecutor } from '../../../src/workers/fleet/fleet-executor.js'
import { SessionHost } from '../../../src/workers/fleet/host/session-host.js'
import { fixtureModules } from '../jobs/job-fixture.js'

export interface FleetFixture {
  readonly broker: Broker
  /** Of the hosts, closed with the executor. @default `broker` */
  readonly hostBroker?: Broker
  readonly hosts: number
  /** Of each host. */
  readonly places: number
  openExecutor(limits: AttemptLimits): Executor
  readonly limits?: AttemptLimits
  readonly clock?: Clock
}

let sessionCount = 0

/** A fleet whose hosts live in this process, and find the stores of its runs as if they were shared. */
export function fleetInProcess(fixture: FleetFixture): Executor {
  const { broker, hostBroker = broker, places, openExecutor, limits = {}, clock = systemClock } = fixture
  const openings = new Map<string, RunOpening>()
  const fleet = new FleetExecutor({ broker, version: 'test', clock, ...limits })
  const hosts = Array.from({ length: fixture.hosts }, (_, number) => {
    const executor = openExecutor(limits)
    const serving = hostBroker.serve(16, ticket => {
      const site = {
        broker: hostBroker,
        executor,
        store: openings.get(`${ticket.run} ${ticket.token}`)!.store as never,
        baseFolder: '/',
        hello: {
          host: `host-${number}`,
          places,
          version: 'test',
          fingerprints: Object.fromEntries(Object.keys(fixtureModules).map(name => [name, 'x'])),
          refuses: [],
        },
        clock,
        warn: () => {},
      }
      return new SessionHost(ticket, `session-${++sessionCount}`, site).serve()
    })
    return { executor, serving }
  })
  const close = async () => {
    await fleet.close()
    // A session whose run ended before it began would wait for an answer.
    for (const { serving } of hosts) void serving.drain()
    await Promise.all(hosts.map(({ executor }) => executor.close()))
    if (hostBroker !== broker) await hostBroker[Symbol.asyncDispose]()
  }
  return {
    openRun(opening) {
      openings.set(`${opening.address.run} ${opening.address.token}`, opening)
      // A movie has one run at a time.
      const movieId = opening.movieId === 'test' ? opening.address.run : opening.movieId
      return fleet.openRun({ ...opening, movieId })
    },
    prepare: () => {},
    eventLoops: () => new Map(),
    close,
    [Symbol.asyncDispose]: close,
  }
}
