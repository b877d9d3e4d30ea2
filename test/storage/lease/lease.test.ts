import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MovieBusyError } from '../../../src/model/error/error.js'
import { layout } from '../../../src/storage/layout.js'
import { acquireLease, type LeaseOptions, readLease } from '../../../src/storage/lease/lease.js'
import type { LeaseRecord } from '../../../src/storage/lease/lease-record.js'
import { ownIdentity } from '../../../src/storage/lease/process-identity.js'
import { openStore } from '../../../src/storage/open-store.js'
import type { Store } from '../../../src/storage/store.js'
import { movie } from '../../support/storage/log-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const path = layout.lease(movie)
const timing = { renewMs: 5, deadMs: 60, restartMs: 40, pollMs: 5 }

async function acquire(store: Store, holder: string, options: Partial<LeaseOptions> = {}) {
  const lease = await acquireLease(store, movie, { holder, onLost: () => undefined, timing, ...options })
  onTestFinished(() => lease.release())
  return lease
}

const record = async (store: Store): Promise<LeaseRecord> =>
  JSON.parse((await store.files.read(path))!.toString())

/** A lease of somebody else, as it would stand in the file. */
async function foreignLease(store: Store, change: Partial<LeaseRecord>): Promise<void> {
  const lease: LeaseRecord = {
    holder: 'elsewhere/7/x',
    ...ownIdentity(),
    threadId: null,
    counter: 3,
    acquiredAt: '2026-01-01T00:00:00.000Z',
    renewedAt: '2026-01-01T00:00:00.000Z',
    ...change,
  }
  await store.files.replace(path, Buffer.from(JSON.stringify(lease)))
}

const OTHER_BOOT = '00000000-0000-0000-0000-000000000000'

/** What a lease needs of a store, with another way of reading. */
function withRead(store: Store, read: Store['files']['read']): Store {
  const { files } = store
  const changed: Partial<Store['files']> = {
    create: files.create.bind(files),
    replace: files.replace.bind(files),
    delete: files.delete.bind(files),
    read,
  }
  return { files: changed } as Store
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
    let writing: Promise<void> | undefined
    const error = await new Promise(resolve => {
      const onLost = (reason: unknown) => {
        isLost = true
        resolve(reason)
      }
      writing = acquire(store, 'here/1/a', { onLost }).then(async held => {
        lease = held
        // A renewal that is under way may write over it.
        while (!isLost) {
          await foreignLease(store, {})
          await setImmediate()
        }
      })
    })
    await writing
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

  test('of the time before the machine was restarted is taken over, since it stands still', async () => {
    const store = await open()
    await foreignLease(store, { bootId: OTHER_BOOT })
    await acquire(store, 'here/1/a')
  })

  test('of another machine with the same host name is not, as long as it is renewed', async () => {
    const store = await open()
    let counter = 0
    const renew = () => foreignLease(store, { bootId: OTHER_BOOT, counter: counter++ })
    await renew()
    let last: Promise<void> = Promise.resolve()
    const renewing = setInterval(() => {
      last = last.then(renew)
    }, 5)
    try {
      await expect(acquire(store, 'here/1/a')).rejects.toBeInstanceOf(MovieBusyError)
      await expect(acquire(store, 'here/1/a', { waitMs: 100 })).rejects.toBeInstanceOf(MovieBusyError)
    } finally {
      clearInterval(renewing)
      await last
    }
    expect((await record(store)).holder).toBe('elsewhere/7/x')
  })

  test('that goes away while it is looked at is not replaced over a fresh one', async () => {
    const store = await open()
    await foreignLease(store, { holder: 'old/1/x', pid: await endedProcess() })
    let looks = 0
    const racing = withRead(store, async found => {
      if (looks++ > 0) return await store.files.read(found)
      await store.files.delete(path)
      const seen = await store.files.read(found)
      await foreignLease(store, { holder: 'fresh/1/x' })
      return seen
    })
    const busy = await acquire(racing, 'here/1/a').catch(error => error)
    expect(busy.details).toMatchObject({ holder: 'fresh/1/x' })
    expect((await record(store)).holder).toBe('fresh/1/x')
  })

  test('of a dead holder goes to one of many who find it, and that one keeps it', async () => {
    const store = await open()
    await foreignLease(store, { pid: await endedProcess() })
    const lost: unknown[] = []
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        acquire(store, `here/1/${index}`, { onLost: error => lost.push(error) }),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const { counter } = await record(store)
    await expect.poll(async () => (await record(store)).counter, { interval: 2 }).toBeGreaterThan(counter + 2)
    expect(lost).toEqual([])
    expect(await store.files.read(layout.leaseClaim(movie))).toBeUndefined()
  })

  test('is not barred by the claim of somebody who died in the middle of taking it', async () => {
    const store = await open()
    await foreignLease(store, { pid: await endedProcess() })
    await store.files.replace(layout.leaseClaim(movie), (await store.files.read(path))!)
    await acquire(store, 'here/1/a')
    expect(await store.files.read(layout.leaseClaim(movie))).toBeUndefined()
  })

  test('stays with whoever took it over, though a late renewal of the one before writes over it', async () => {
    const store = await open()
    await foreignLease(store, { holder: 'late/1/x', pid: await endedProcess() })
    const late = (await store.files.read(path))!
    const lost: unknown[] = []
    await acquire(store, 'here/1/a', { onLost: error => lost.push(error) })
    await store.files.replace(path, late)
    await expect.poll(async () => (await record(store)).holder, { interval: 2 }).toBe('here/1/a')
    expect(lost).toEqual([])
  })

  test('cannot be given back when the store fails: that is no error, and the next in this process gets it', async () => {
    const store = await open()
    let isFailing = false
    const failing = withRead(store, async found => {
      if (isFailing) throw new Error('the network is gone')
      return await store.files.read(found)
    })
    const lease = await acquireLease(failing, movie, { holder: 'here/1/a', onLost: () => undefined, timing })
    isFailing = true
    await lease.release()
    expect((await record(store)).holder).toBe('here/1/a')
    expect(await readLease(store, movie)).toBeUndefined()
    await acquire(store, 'here/1/b')
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
      await store.files.replace(path, Buffer.from(text))
      expect(await readLease(store, movie)).toBeUndefined()
      await acquire(store, 'here/1/a')
    },
  )
})
