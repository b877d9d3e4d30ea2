import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { BlueprintDefinition, ReviewDecision } from '../../../dist/index.js'
import { Calls, testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** A process that records decisions dies by SIGKILL in the middle of the append; the same decisions are given again. */

const program = fileURLToPath(new URL('../../support/programs/review/deciding-program.mjs', import.meta.url))
const COUNT = 6
const shots: BlueprintDefinition = {
  name: 'shots',
  loops: { n: { count: COUNT } },
  producers: {
    Shot: { loop: 'n', provider: 'p', review: true, outputs: { Text: 'text' } },
    Clip: { loop: 'n', provider: 'p', with: { shot: '${Shot[n].Text}' }, outputs: { Text: 'text' } },
  },
}

const dies = (...args: string[]): Promise<string | undefined> =>
  new Promise(resolve => {
    execFile(process.execPath, [program, ...args], error => resolve(error?.signal as string | undefined))
  })

test.each([0, 0.1, 0.35, 0.6, 0.9, 1])('with %d of it on the disk', { timeout: 120_000 }, async share => {
  const store = `file:${await temporaryFolder()}`
  const calls = new Calls()
  const notes: string[] = []
  const p = calls.provider(({ jobId }, { feedback }) => {
    notes.push(...feedback.map(({ reason }) => `${jobId} ${reason}`))
    return { outputs: { Text: `${jobId} take ${feedback.length}` } }
  })
  const engine = await testEngine({ store, providers: { p } })
  const movie = engine.movie('shots')
  await engine.run({ blueprint: shots })
  calls.take()
  const decisions: ReviewDecision[] = []
  for await (const { artifactId, hash, key } of movie.reviews())
    decisions.push(
      key === 2
        ? { artifact: artifactId, hash, decision: 'reject', note: 'More rain.' }
        : { artifact: artifactId, hash, decision: 'approve' },
    )
  expect(await dies(store, JSON.stringify(decisions), String(share))).toBe('SIGKILL')
  const { recorded, unchanged, conflicts } = await movie.review(decisions)
  expect([recorded + unchanged, conflicts]).toEqual([COUNT, []])
  if (share === 0) expect(unchanged).toBe(0)
  if (share === 1) expect(recorded).toBe(0)
  expect(await engine.run({ blueprint: shots })).toMatchObject({ status: 'waiting' })
  expect(calls.take().sort()).toEqual([0, 1, 3, 4, 5].map(n => `Clip[${n}]`).concat('Shot[2]'))
  expect(notes).toEqual(['Producer:Shot[2] More rain.'])
  expect(await movie.verify()).toMatchObject({ isClean: true })
})
