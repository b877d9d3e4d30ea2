import { describe, onTestFinished } from 'vitest'
import { openStore } from '../../src/storage/open-store.js'
import type { Store } from '../../src/storage/store.js'
import { newS3Store, s3Endpoint } from '../support/storage/s3.js'
import { blobContract } from './blob-contract.js'
import { eventLogContract } from './event-log-contract.js'
import { manifestContract } from './manifest-contract.js'
import { storeContract } from './store-contract.js'

async function open(): Promise<Store> {
  const store = await openStore(await newS3Store())
  onTestFinished(() => store[Symbol.asyncDispose]())
  return store
}

describe.skipIf(s3Endpoint === undefined)('S3', () => {
  describe('store', () => storeContract(open))
  describe('blobs', () => blobContract(open))
  describe('manifests', () => manifestContract(open))
  describe('event log', () => eventLogContract(open, { voidLines: 0 }))
})
