import { describe } from 'vitest'
import { MemoryFiles } from '../../src/storage/memory/memory-files.js'
import { openStore } from '../../src/storage/open-store.js'
import { blobContract } from './blob-contract.js'
import { eventLogContract } from './event-log-contract.js'
import { manifestContract } from './manifest-contract.js'
import { storeContract } from './store-contract.js'

/** Whole files and nothing else: the log is made of segments, and small blobs of packs that are objects. */
const open = () => openStore({ url: 'memory-files:test', files: new MemoryFiles() })

describe('store of one’s own', () => storeContract(open))
describe('blobs in a store of one’s own', () => blobContract(open))
describe('manifests in a store of one’s own', () => manifestContract(open))
describe('event log in a store of one’s own', () => eventLogContract(open, { voidLines: 0 }))
