import { expect, test } from 'vitest'
import type { BlueprintDefinition, Engine } from '../../dist/index.js'
import { CliProcess, cli } from '../support/cli/cli.js'
import { Calls, testEngine } from '../support/engine-fixture.js'
import { rounds } from '../support/rounds.js'
import { newS3Store, s3Endpoint } from '../support/storage/s3.js'
import { holdPut } from '../support/storage/s3-held.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Texts of 12,000 characters: 3,600 of them are a log of more than 32 MiB, which has parts before its first segment. */
const blueprintOf = (count: number): BlueprintDefinition => ({
  name: 'big',
  loops: { n: { count } },
  producers: { Text: { loop: 'n', provider: 'p', outputs: { Text: 'text' } } },
})
const FIRST_PART = /beginnings\/[0-9a-f]+-0+1\.jsonl/
const FIRST_SEGMENT = /events\/0+1\.jsonl/
const CASES = [
  { count: 40, moments: [FIRST_SEGMENT] },
  { count: 3_600, moments: [FIRST_PART, FIRST_SEGMENT] },
].slice(0, rounds(1, 2))

const listed = async (engine: Engine): Promise<string[]> => {
  const ids: string[] = []
  for await (const id of engine.listMovies()) ids.push(id)
  return ids
}

test.skipIf(s3Endpoint === undefined).each(CASES)(
  'a fork of a log of $count results in a bucket that is killed is no movie, keeps nobody from the name, and is whole the next time',
  { timeout: 240_000 },
  async ({ count, moments }) => {
    const big = blueprintOf(count)
    const calls = new Calls()
    const p = calls.provider(({ jobId }) => ({ outputs: { Text: jobId.padEnd(12_000, '.') } }))
    const store = await newS3Store()
    const engine = await testEngine({ store, providers: { p } })
    await engine.run({ blueprint: big, concurrency: 500 })
    const events = (await engine.movie('big').status()).events
    const folder = await temporaryFolder()
    for (const moment of moments) {
      const { through, reached } = await holdPut({ path: moment })
      const fork = new CliProcess(['fork', 'big', '--as', 'fork', '--store', through(store)], folder)
      await Promise.race([reached, fork.ended])
      fork.child.kill('SIGKILL')
      expect((await fork.ended).code).toBe('SIGKILL')
      expect(await listed(engine)).toEqual(['big'])
      await expect(engine.movie('fork').status()).rejects.toMatchObject({ code: 'MOVIE_NOT_FOUND' })
    }
    const again = await cli(['fork', 'big', '--as', 'fork', '--store', store, '--json'], folder)
    expect([again.code, again.stderr]).toEqual([0, ''])
    expect(await engine.movie('fork').status()).toMatchObject({ events, artifacts: count })
    expect(await engine.movie('fork').verify()).toMatchObject({ isClean: true })
    calls.take()
    expect(await engine.run({ blueprint: big, movieId: 'fork' })).toMatchObject({ counts: { cached: count } })
    expect(calls.take()).toEqual([])
    await engine.movie('fork').gc()
    expect(await engine.movie('fork').verify()).toMatchObject({ isClean: true })
  },
)
