import type { RunId } from '../../../src/model/id.js'
import type { RunOpening } from '../../../src/workers/executor.js'
import { MemoryBlobs } from '../storage/memory-blobs.js'

let runCount = 0

/** A run whose store lives in the host, with the defaults that most tests share. */
export function runOpening(
  onMessages: RunOpening['onMessages'],
  { blobs = new MemoryBlobs(), ...overrides }: Partial<RunOpening> & { blobs?: MemoryBlobs } = {},
): RunOpening {
  return {
    address: { run: `run-${++runCount}` as RunId, token: 1 },
    movieId: 'test',
    baseFolder: '/',
    store: { url: 'memory:test', isReachableFromThreads: false, blobs: () => blobs },
    inlineProviders: new Map(),
    onMessages,
    ...overrides,
  }
}
