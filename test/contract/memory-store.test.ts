import { describe } from 'vitest'
import { openStore } from '../../src/storage/open-store.js'
import { blobContract } from './blob-contract.js'
import { eventLogContract } from './event-log-contract.js'
import { manifestContract } from './manifest-contract.js'
import { storeContract } from './store-contract.js'

const open = () => openStore('memory:')

describe('memory store', () => storeContract(open))
describe('memory blobs', () => blobContract(open))
describe('memory manifests', () => manifestContract(open))
describe('memory event log', () => eventLogContract(open, { voidLines: 2 }))
