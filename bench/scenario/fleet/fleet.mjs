import { withRedis } from '../../support/fleet.mjs'
import { noOpJobs } from './no-op-jobs.mjs'
import { waitingHosts } from './waiting-hosts.mjs'

/** Hosts of a fleet: with jobs that do nothing, and with jobs that wait for a service. Nothing without a Redis. */
export async function fleet(/** @type {boolean} */ isSmoke) {
  return await withRedis(async redis => {
    if (redis === undefined) return []
    return [...(await noOpJobs(redis, isSmoke)), await waitingHosts(redis, isSmoke)]
  })
}
