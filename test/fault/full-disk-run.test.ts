import { spawnSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type ArtifactMade, type BlueprintDefinition, inline } from '../../dist/index.js'
import { Calls, runAll, testEngine } from '../support/engine-fixture.js'
import { CANNOT_MOUNT, mountedFolder } from '../support/storage/mounted-folder.js'

const DISK_BYTES = 8 << 20
const JOBS = 200
const CONCURRENCY = 4
const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** A disk that is nearly full; `makeSpace` removes what fills it. */
async function nearlyFullDisk() {
  const folder = await mountedFolder(DISK_BYTES)
  if (folder === undefined) return undefined
  const ballast = join(folder, 'ballast')
  await writeFile(ballast, Buffer.alloc(DISK_BYTES - (1 << 20)))
  return { folder, store: `file:${folder}/movies`, makeSpace: () => rm(ballast) }
}

const clips = (type: string): BlueprintDefinition => ({
  name: 'clips',
  loops: { n: { count: JOBS } },
  producers: { Clip: { loop: 'n', provider: 'fill', outputs: { Made: type } } },
})

describe('a disk that fills up in the middle of a run', () => {
  // Texts of this size stay in the log's lines; images become files of their own.
  test.for([
    ['the log', 'text', () => 'x'.repeat(12_000)],
    ['blobs', 'image/png', (n: number) => ({ bytes: Buffer.alloc(20_000, n), mimeType: 'image/png' })],
  ] as const)(
    'fails the run by %s; nothing acknowledged is missing, and the run goes on when there is space',
    async ([, type, make], context) => {
      const disk = await nearlyFullDisk()
      if (disk === undefined) return context.skip(CANNOT_MOUNT)
      const calls = new Calls()
      const fill = calls.provider(({ indices }) => ({ outputs: { Made: make(indices.n!) } }))
      const engine = await testEngine({
        store: disk.store,
        concurrency: CONCURRENCY,
        durability: 'fdatasync',
        providers: { fill },
      })
      const run = engine.run({ blueprint: clips(type) })
      const told = new Map<string, ArtifactMade>()
      run.on('artifact', artifact => told.set(artifact.artifactId, artifact))
      await expect(run).rejects.toMatchObject({
        code: 'STORE_FULL',
        message: expect.stringContaining('Make space'),
      })
      expect(told.size).toBeGreaterThan(0)
      const callsBefore = calls.take().length
      // Work that cannot be stored is not bought on and on.
      expect(callsBefore - told.size).toBeLessThanOrEqual(2 * CONCURRENCY)

      const kept = new Map<string, string>()
      for await (const { artifactId, hash } of engine.movie('clips').artifacts()) kept.set(artifactId, hash)
      for (const { artifactId, hash } of told.values()) expect(kept.get(artifactId)).toBe(hash)
      expect(await engine.movie('clips').verify()).toMatchObject({ isClean: true })

      await disk.makeSpace()
      expect(await runAll(engine, { blueprint: clips(type) })).toMatchObject({
        counts: { cached: kept.size, succeeded: JOBS - kept.size },
      })
      expect(calls.take()).toHaveLength(JOBS - kept.size)
      expect(await engine.movie('clips').verify()).toMatchObject({ isClean: true })
    },
  )

  test('on the command line: exit code 1, the error as JSON, and the same command goes on', async context => {
    const disk = await nearlyFullDisk()
    if (disk === undefined) return context.skip(CANNOT_MOUNT)
    const blueprint = join(disk.folder, 'clips.json')
    const config = { outputBytes: 20_000 }
    const producers = { Clip: { ...clips('image/png').producers.Clip, provider: 'simulate', config } }
    await writeFile(blueprint, JSON.stringify({ ...clips('image/png'), producers }))
    const command = [cli, 'run', blueprint, '--store', disk.store, '--json', '--threads', '1']
    const run = () => spawnSync(process.execPath, command, { encoding: 'utf8', cwd: disk.folder })
    const full = run()
    expect(JSON.parse(full.stdout)).toMatchObject({ error: { code: 'STORE_FULL' } })
    expect(full.stderr).toContain('Make space')
    expect(full.status).toBe(1)
    await disk.makeSpace()
    const done = run()
    expect(JSON.parse(done.stdout)).toMatchObject({ status: 'succeeded', revision: 1 })
    expect(done.status).toBe(0)
  })

  test('from the start: a clear error, and nothing that looks like a movie', async context => {
    const disk = await nearlyFullDisk()
    if (disk === undefined) return context.skip(CANNOT_MOUNT)
    await writeFile(join(disk.folder, 'rest'), Buffer.alloc(DISK_BYTES)).catch(() => {})
    const engine = await testEngine({
      store: disk.store,
      providers: { fill: inline(() => ({ outputs: { Made: '' } })) },
    })
    await expect(engine.run({ blueprint: clips('text') })).rejects.toMatchObject({
      code: 'STORE_FULL',
    })
    await expect(engine.movie('clips').status()).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
    await disk.makeSpace()
    await runAll(engine, { blueprint: clips('text') })
  })
})
