import { describe } from 'vitest'
import { openStore } from '../../src/storage/open-store.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { blobContract } from './blob-contract.js'
import { eventLogContract } from './event-log-contract.js'
import { manifestContract } from './manifest-contract.js'
import { storeContract } from './store-contract.js'

const open = async () => openStore(`file:${await temporaryFolder()}`)

describe('local store', () => storeContract(open))
describe('local blobs', () => blobContract(open))
describe('local manifests', () => manifestContract(open))
describe('local event log', () => eventLogContract(open, { voidLines: 2 }))
