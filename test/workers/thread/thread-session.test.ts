import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  RUN_LINGER_MS,
  SESSION_LINGER_MS,
  ThreadSession,
} from '../../../src/workers/thread/thread-session.js'
import { assignment, jobTemplate } from '../../support/jobs/job-fixture.js'
import { runOpening } from '../../support/jobs/run-opening.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

const run = {
  opening: runOpening(() => {}),
  blobs: new MemoryBlobs(),
  receive: () => {},
  sessionLost: () => {},
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function open() {
  let free = () => {}
  const occupied = new Promise<void>(resolve => {
    free = resolve
  })
  const ended = vi.fn()
  const session = new ThreadSession(
    {
      occupyThread: async port => {
        await occupied
        port.close()
      },
      onTainted: () => {},
      onIdle: () => {},
      onEnded: ended,
    },
    1_000,
  )
  const close = async () => {
    free()
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce())
  }
  return { session, close }
}

test('a thread keeps its session while a slow append holds up all jobs of its run, and ends it after a long rest', async () => {
  const { session, close } = open()
  session.dispatch(run, jobTemplate(), [assignment(1)])
  session.settled()
  vi.advanceTimersByTime(RUN_LINGER_MS - 1)
  expect(session.isOpen).toBe(true)
  session.dispatch(run, jobTemplate(), [assignment(2)])
  vi.advanceTimersByTime(RUN_LINGER_MS)
  expect(session.isOpen).toBe(true)
  session.settled()
  vi.advanceTimersByTime(RUN_LINGER_MS)
  expect(session.isOpen).toBe(false)
  await close()
})

test('a session ends soon after its last run, so that the process may exit', async () => {
  const { session, close } = open()
  session.dispatch(run, jobTemplate(), [assignment(1)])
  session.settled()
  session.closeRun(run.opening.address)
  vi.advanceTimersByTime(SESSION_LINGER_MS)
  expect(session.isOpen).toBe(false)
  await close()
})

test('a session that was opened ahead of its first job waits for it', async () => {
  const { session, close } = open()
  vi.advanceTimersByTime(RUN_LINGER_MS - 1)
  expect(session.isOpen).toBe(true)
  vi.advanceTimersByTime(1)
  expect(session.isOpen).toBe(false)
  await close()
})
