import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MovieBusyError } from '../../src/model/error.js'
import { layout } from '../../src/storage/layout.js'
import { acquireLease, type LeaseOptions, readLease } from '../../src/storage/lease.js'
import type { LeaseRecord } from '../../src/storage/lease-record.js'
import { openStore } from '../../src/storage/open-store.js'
import { ownIdentity } from '../../src/storage/process-identity.js'
import type { Store } from '../../src/storage/store.js'
import { movie } from '../support/log-fixture.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const path = layout.lease(movie)
const timing = { renewMs: 5, deadMs: 60, pollMs: 5 }

async function acquire(store: Store, holder: string, options: Partial<LeaseOptions> = {}) {
  const lease = await acquireLease(store, movie, { holder, onLost: () => undefined, timing, ...options })
  onTestFinished(() => lease.release())
  return lease
}

const record = async (store: Store): Promise<LeaseRecord> =>
  JSON.parse(await (await store.files()).readToString(path))

/** A lease of somebody else, as it would stand in the file. */
async function foreignLease(store: Store, change: Partial<LeaseRecord>): Promise<void> {
  const lease: LeaseRecord = {
    holder: 'elsewhere/7/x',
    ...ownIdentity(),
    counter: 3,
    acquiredAt: '2026-01-01T00:00:00.000Z',
    renewedAt: '2026-01-01T00:00:00.000Z',
    ...change,
  }
  await store.replace(path, Buffer.from(JSON.stringify(lease)))
}

/** The number of a process that has ended, and whose parent has not asked how. */
async function unreapedProcess(): Promise<number> {
  const child = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill())
  const [text] = (await once(child.stdout!, 'data')) as [Buffer]
  const pid = Number(text.toString())
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /)
  return pid
}

/** The number of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid!
}

describe.each([
  ['local', async () => openStore(`file:${await temporaryFolder()}`)],
  ['memory', () => openStore('memory:')],
])('a lease in a %s store', (_, open) => {
  test('keeps others out until it is released', async () => {
    const store = await open()
    const lease = await acquire(store, 'here/1/a')
    const busy = await acquire(store, 'here/1/b').catch(error => error)
    expect(busy).toBeInstanceOf(MovieBusyError)
    expect(busy.details).toEqual({
      movieId: 'atlas',
      holder: 'here/1/a',
      since: (await record(store)).acquiredAt,
    })
    expect(await readLease(store, movie)).toEqual({ holder: 'here/1/a', since: busy.details.since })
    await lease.release()
    await lease.release()
    expect(await readLease(store, movie)).toBeUndefined()
    await acquire(store, 'here/1/b')
  })

  test('of many at once one gets it', async () => {
    const store = await open()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => acquire(store, `here/1/${index}`)),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('is renewed: its counter goes up', async () => {
    const store = await open()
    await acquire(store, 'here/1/a')
    await expect.poll(async () => (await record(store)).counter, { interval: 2 }).toBeGreaterThan(3)
  })

  test('tells when somebody else has taken it, and leaves theirs alone', async () => {
    const store = await open()
    let lease: { release(): Promise<void> } | undefined
    let isLost = false
    const error = await new Promise(resolve => {
      const onLost = (reason: unknown) => {
        isLost = true
        resolve(reason)
      }
      void acquire(store, 'here/1/a', { onLost }).then(async held => {
        lease = held
        // A renewal that is under way may write over it.
        while (!isLost) {
          await foreignLease(store, {})
          await setImmediate()
        }
      })
    })
    expect(error).toMatchObject({ code: 'MOVIE_BUSY', details: { holder: 'elsewhere/7/x' } })
    await lease!.release()
    expect((await record(store)).holder).toBe('elsewhere/7/x')
  })

  test('of a process that has ended is taken over at once', async () => {
    const store = await open()
    await foreignLease(store, { pid: await endedProcess() })
    expect(await readLease(store, movie)).toBeUndefined()
    await acquire(store, 'here/1/a')
    expect((await record(store)).holder).toBe('here/1/a')
  })

  test.runIf(existsSync('/proc/self/stat'))(
    'of a process that has ended, but was not waited for, is taken over at once',
    async () => {
      const store = await open()
      await foreignLease(store, { pid: await unreapedProcess() })
      expect(await readLease(store, movie)).toBeUndefined()
      await acquire(store, 'here/1/a')
    },
  )

  test('of a process whose number another one has now is taken over', async () => {
    const store = await open()
    await foreignLease(store, { processStartTime: '1' })
    await acquire(store, 'here/1/a')
  })

  test('of the time before the machine was started anew is taken over', async () => {
    const store = await open()
    await foreignLease(store, { bootId: '00000000-0000-0000-0000-000000000000' })
    await acquire(store, 'here/1/a')
  })

  test.each([
    ['another machine', { host: 'elsewhere' }],
    ['another container', { pidNamespace: 'pid:[1]', pid: 1 }],
  ])('of %s counts as alive, until it has stood still for long', async (_, change) => {
    const store = await open()
    await foreignLease(store, change)
    await expect(acquire(store, 'here/1/a')).rejects.toBeInstanceOf(MovieBusyError)
    await expect(acquire(store, 'here/1/a', { waitMs: 20 })).rejects.toBeInstanceOf(MovieBusyError)
    await acquire(store, 'here/1/a', { waitMs: 10_000 })
    expect((await record(store)).holder).toBe('here/1/a')
  })

  test('whoever waits gets it when it is released', async () => {
    const store = await open()
    const lease = await acquire(store, 'here/1/a')
    const waiting = acquire(store, 'here/1/b', { waitMs: 20_000 })
    await lease.release()
    await waiting
    expect((await record(store)).holder).toBe('here/1/b')
  })

  test('waiting ends with the signal', async () => {
    const store = await open()
    await acquire(store, 'here/1/a')
    const abort = new AbortController()
    const waiting = acquire(store, 'here/1/b', { waitMs: 20_000, signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  test.each(['', '{', 'null', '{"holder":1}', '\0'.repeat(100_000)])(
    'a file that is no lease stands in nobody’s way (%#)',
    async text => {
      const store = await open()
      await store.replace(path, Buffer.from(text))
      expect(await readLease(store, movie)).toBeUndefined()
      await acquire(store, 'here/1/a')
    },
  )
})
