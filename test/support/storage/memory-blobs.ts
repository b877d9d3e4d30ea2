export { MemoryBlobs } from '../../../src/testing/memory-blobs.js'
