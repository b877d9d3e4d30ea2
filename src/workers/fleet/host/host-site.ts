import type { Clock } from '../../../model/clock.js'
import type { Store } from '../../../storage/store.js'
import type { Executor } from '../../executor.js'
import type { Broker } from '../broker/broker.js'
import type { Hello } from '../wire/host-messages.js'

/** What a host brings to its sessions. */
export interface HostSite {
  readonly broker: Broker
  readonly store: Pick<Store, 'url' | 'isReachableFromThreads' | 'blobs'>
  /** Runs the jobs, with providers of the host's own config. */
  readonly executor: Executor
  /** Absolute folder that relative paths in the configs of providers start from, on this host. */
  readonly baseFolder: string
  readonly hello: Omit<Hello, 'type'>
  readonly clock: Clock
  /** Something that whoever runs the host should read. */
  warn(message: string): void
}
