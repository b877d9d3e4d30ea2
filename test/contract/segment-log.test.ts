import { describe } from 'vitest'
import { openStore } from '../../src/storage/open-store.js'
import type { Store } from '../../src/storage/store.js'
import { segmentStore } from '../support/segment-store.js'
import { eventLogContract } from './event-log-contract.js'

const open = async (): Promise<Store> => segmentStore(await openStore('memory:'))

describe('segments in memory', () => eventLogContract(open))
