import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type BlueprintDefinition, inline, type JobNote } from '../../../dist/index.js'
import { movieId } from '../../../dist/model/movie-id.js'
import { layout } from '../../../dist/storage/layout.js'
import { openStore } from '../../../dist/storage/open-store.js'
import {
  Calls,
  echo,
  gate,
  newStore,
  runAll,
  single,
  stepsOf,
  testEngine,
  updatesOf,
  valuesIn,
} from '../../support/engine-fixture.js'

const support = (name: string) => fileURLToPath(new URL(`../../support/${name}`, import.meta.url))
const fragile = { module: support('providers/fragile.mjs') }

const lone = (deaths: number): BlueprintDefinition => ({
  name: 'lone',
  producers: { Clip: { provider: 'fragile', with: { deaths }, outputs: { Text: 'text' } } },
})

describe('a thread that dies under a job', () => {
  test('costs the job one attempt, which is not counted against its retries', async () => {
    const engine = await testEngine({ store: await newStore('file'), providers: { fragile } })
    const blueprint = lone(2)
    blueprint.producers.Clip!.retry = { attempts: 1 }
    const run = engine.run({ blueprint })
    const updates = updatesOf(run)
    expect(await run).toMatchObject({ status: 'succeeded' })
    expect(stepsOf(updates.filter(({ state }) => state !== 'started'))).toEqual([
      'retrying Clip',
      'retrying Clip',
      'succeeded Clip',
    ])
    expect(updates.find(({ state }) => state === 'retrying')).toMatchObject({
      error: { code: 'worker_lost' },
    })
    expect(await valuesIn(engine, 'lone')).toEqual({ 'Clip.Text': 'made in attempt 3' })
  })

  test('fails the job when it happens again and again', async () => {
    const engine = await testEngine({ store: 'memory:', providers: { fragile } })
    const run = engine.run({ blueprint: lone(99) })
    const updates = updatesOf(run)
    expect(await run).toMatchObject({ status: 'failed', counts: { failed: 1 } })
    expect(updates.at(-1)).toMatchObject({ state: 'failed', attempt: 3, error: { code: 'worker_lost' } })
  })
})

test('what providers report while they work reaches the program, and not the log', async () => {
  const engine = await testEngine({ store: 'memory:', providers: { fragile } })
  const notes: JobNote[] = []
  const run = engine.run({ blueprint: lone(0) })
  run.on('note', note => notes.push(note))
  await run
  const jobId = 'Producer:Clip'
  expect(notes).toEqual([
    { jobId, level: 'info', note: 'info: alive' },
    { jobId, fraction: 0.5, note: 'half way' },
  ])
  for await (const { event } of engine.movie('lone').events())
    expect(JSON.stringify(event)).not.toContain('half way')
})

test.each(['artifact', 'job', 'progress', 'note'] as const)(
  'a %s listener that throws ends the run with its error, and loses no job that is paid for',
  async name => {
    const calls = new Calls()
    const engine = await testEngine({
      store: 'memory:',
      concurrency: 2,
      providers: {
        echo: calls.provider(async (request, context) => {
          context.log('info', 'working')
          await new Promise(resolve => setTimeout(resolve, 5))
          return echo(request, context)
        }),
      },
    })
    const blueprint: BlueprintDefinition = {
      name: 'listening',
      loops: { row: { count: 20 } },
      producers: { Clip: { provider: 'echo', loop: 'row', with: { text: 'x' }, outputs: { Text: 'text' } } },
    }
    const run = engine.run({ blueprint })
    run.on(name as 'job', () => {
      throw new TypeError('a mistake of the program')
    })
    await expect(run).rejects.toThrow('a mistake of the program')
    const first = calls.take()
    expect(first.length).toBeGreaterThan(0)
    const { counts } = await runAll(engine, { blueprint })
    expect(calls.take().filter(job => first.includes(job))).toEqual([])
    expect(counts).toMatchObject({ cached: first.length, succeeded: 20 - first.length })
  },
)

test('a job that kills its thread takes none of its neighbours along', async () => {
  const engine = await testEngine({
    store: 'memory:',
    threads: 2,
    concurrency: 40,
    providers: { fragile },
  })
  const blueprint: BlueprintDefinition = {
    name: 'poisoned',
    inputs: { rows: { type: 'table' } },
    loops: { row: { over: '${inputs.rows}' } },
    producers: {
      Clip: {
        provider: 'fragile',
        loop: 'row',
        with: { deaths: '${row.deaths}' },
        outputs: { Text: 'text' },
      },
    },
  }
  const rows = Array.from({ length: 40 }, (_, index) => ({ deaths: index === 7 || index === 8 ? 99 : 0 }))
  const run = engine.run({ blueprint, inputs: { rows } })
  const updates = updatesOf(run)
  expect(await run).toMatchObject({ status: 'failed', counts: { succeeded: 38, failed: 2 } })
  expect(stepsOf(updates.filter(({ state }) => state === 'failed')).sort()).toEqual([
    'failed Clip[7]',
    'failed Clip[8]',
  ])
  const attempts = updates.flatMap(update => (update.state === 'succeeded' ? [update.attempt] : []))
  // Lost with the others, lost in a small group, and then alone.
  expect(Math.max(...attempts)).toBeLessThanOrEqual(3)
})

test('a dozen engines and a dozen runs with one signal are no leak', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error) => warnings.push(warning)
  process.on('warning', onWarning)
  const { signal } = new AbortController()
  const engines = await Promise.all(
    Array.from({ length: 12 }, () => testEngine({ store: 'memory:', providers: { fragile } })),
  )
  await Promise.all(engines.map(engine => engine.run({ blueprint: lone(0), signal })))
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})

test('whoever follows a log hears of the end of the engine', async () => {
  const engine = await testEngine({ store: 'memory:', providers: { echo: inline(echo) } })
  await runAll(engine, { blueprint: single })
  const types: string[] = []
  const following = (async () => {
    for await (const { event } of engine.movie('single').events({ follow: true })) types.push(event.type)
  })()
  await expect.poll(() => types.at(-1)).toBe('writer.closed')
  await engine.close()
  await following
})

test('a program that forgets to close the engine ends by itself', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    support('programs/embedding-program.mjs'),
  ])
  expect(stdout.trim().split('\n').sort()).toEqual([
    'failed Producer:Bad',
    'started Producer:Bad',
    'started Producer:Fine',
    'succeeded Producer:Fine',
  ])
  expect(stderr).toBe('')
})

test.each(['another process saved', 'is no manifest at all'])(
  'a manifest that %s in the middle of a run ends no run: all are folds of one log',
  async what => {
    const started = gate()
    const release = gate()
    const hold = inline(async request => {
      started.open()
      await release.opened
      return echo(request, {} as never)
    })
    const store = await newStore('memory')
    const engine = await testEngine({ store, providers: { echo: hold } })
    const run = engine.run({ blueprint: single })
    await started.opened
    const position = { seq: 1, offset: 0, token: 1 }
    const header = { position, savedAt: '2026-01-01T00:00:00Z', lastRun: null, costUsd: 0 }
    const opened = await openStore(store)
    const movie = movieId('single')
    if (what === 'another process saved')
      await opened.manifests(movie).save({ header, artifacts: [], jobs: [] }, undefined)
    else await opened.files.create(layout.manifest(movie, 1), Buffer.from('{}'))
    release.open()
    expect(await run).toMatchObject({ status: 'succeeded', revision: 2 })
    const { checked, findings } = await engine.movie('single').verify()
    expect(checked.revision).toBe(2)
    expect(findings.filter(({ where }) => !where.includes('000000000001.json'))).toEqual([])
    expect(await runAll(engine, { blueprint: single })).toMatchObject({ counts: { cached: 1 } })
  },
)
