import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { JobOutcome } from '../../../src/model/job.js'
import { movieId } from '../../../src/model/movie-id.js'
import { openStore } from '../../../src/storage/open-store.js'
import { ThreadExecutor } from '../../../src/workers/thread/thread-executor.js'
import { assignment, fixtureModules, jobTemplate, providerFixture } from '../../support/jobs/job-fixture.js'
import { JobInbox } from '../../support/jobs/job-inbox.js'
import { runOpening } from '../../support/jobs/run-opening.js'
import { packsIn } from '../../support/storage/pack-fixture.js'

const folder = await mkdtemp(join(tmpdir(), 'worker-store-'))
afterAll(async () => {
  await rm(folder, { recursive: true })
})

describe.each([
  ['file', pathToFileURL(join(folder, 'movies')).href],
  ['memory', 'memory:'],
])('a %s store', (_name, url) => {
  test('holds what threads made, and threads read it', async () => {
    await using store = await openStore(url)
    await using executor = new ThreadExecutor({ threads: 2, durability: 'process', modules: fixtureModules })
    const blobs = store.blobs(movieId('test'))
    const inbox = new JobInbox()
    const run = executor.openRun(runOpening(inbox.receive, { movieId: 'test', store }))
    const template = jobTemplate({
      provider: providerFixture('blobs'),
      outputs: { Image: { type: 'image/png' } },
    })
    const bytesOf = async (outcome: JobOutcome) => {
      if (outcome.state === 'failed') throw new Error(outcome.error.message)
      return Buffer.from(await blobs.read(outcome.artifacts[0]!.blob!)).toString()
    }
    // The same bytes from two threads at once, and a stream.
    run.dispatch(template, [assignment(1, { act: 'bytes' }), assignment(2, { act: 'bytes' })])
    run.dispatch(template, [assignment(3, { act: 'stream' })])
    expect(await bytesOf(await inbox.outcome(1))).toBe('shared bytes')
    expect(await bytesOf(await inbox.outcome(2))).toBe('shared bytes')
    expect(await bytesOf(await inbox.outcome(3))).toBe('part 0;part 1;part 2;')

    const picture = await blobs.put(Buffer.from('old'), 'image/png')
    const missing = { ...picture, hash: 'f'.repeat(64) as never }
    run.dispatch(template, [
      assignment(4, { act: 'read', picture }),
      assignment(5, { act: 'read', picture: missing }),
    ])
    expect(await bytesOf(await inbox.outcome(4))).toBe('old|old')
    expect(await inbox.outcome(5)).toMatchObject({
      error: { message: expect.stringMatching(/^BLOB_MISSING/) },
    })
  })

  test('gives large values back as inputs', async () => {
    await using store = await openStore(url)
    await using executor = new ThreadExecutor({ threads: 1, modules: fixtureModules })
    const inbox = new JobInbox()
    const run = executor.openRun(runOpening(inbox.receive, { movieId: 'test', store }))
    const story = 'long ago; '.repeat(5_000)
    run.dispatch(jobTemplate(), [assignment(1, { act: 'echo', text: story })])
    const made = await inbox.outcome(1)
    const blob = made.state === 'succeeded' ? made.artifacts[0]!.blob! : undefined
    expect(blob?.sizeBytes).toBe(50_000)
    const loads = [{ path: ['text'], blob: blob! }]
    run.dispatch(jobTemplate(), [assignment(2, { act: 'echo' }, { loads })])
    expect(await inbox.outcome(2)).toEqual(made)
  })
})

test('threads close their packs in good order when the run ends', async () => {
  const root = join(folder, 'sealed')
  await using store = await openStore(pathToFileURL(root).href)
  await using executor = new ThreadExecutor({ threads: 1, durability: 'process', modules: fixtureModules })
  const inbox = new JobInbox()
  const run = executor.openRun(runOpening(inbox.receive, { movieId: 'atlas', store }))
  const template = jobTemplate({
    provider: providerFixture('blobs'),
    outputs: { Image: { type: 'image/png' } },
  })
  run.dispatch(template, [assignment(1, { act: 'bytes' })])
  await inbox.outcome(1)
  await run.close()
  await executor.close()
  const [pack, ...others] = await packsIn(root)
  expect(others).toEqual([])
  expect(pack?.bytes.toString('latin1')).toMatch(/\nindex\n.*\nend \d{10} 00000001 [0-9a-f]{8}\n$/)
})
