import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { type Engine, inline } from '../../../dist/index.js'
import { testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/**
 * A movie that a version wrote which knew nothing of uncertain costs: failures with and without a cost, work left at a
 * service, a job that waited for its retry when its run was cancelled, an edited artifact whose row is gone later, and a
 * run with --regenerate that was killed.
 */
const FIXTURE = fileURLToPath(new URL('./fixtures/books-of-0.1', import.meta.url))
const rows = ['fine', 'slow', 'kept', 'bad'].map(text => ({ text }))

let engine: Engine
beforeEach(async () => {
  const store = await temporaryFolder()
  await cp(join(FIXTURE, 'bookkept'), join(store, 'bookkept'), { recursive: true })
  const paid = inline(
    ({ inputs, producer }) => ({ outputs: { Text: `${producer} of ${inputs.text}` }, costUsd: 0.5 }),
    { priceUsd: { perCall: 0.5 } },
  )
  engine = await testEngine({ store: `file:${store}`, providers: { paid } })
})

test('a movie of an older version is clean, and its costs are what it says', async () => {
  expect(await engine.movie('bookkept').verify()).toMatchObject({ isClean: true, findings: [] })
  expect(await engine.movie('bookkept').status()).toMatchObject({
    costUsd: 2,
    uncertainCostUsd: 0,
    artifacts: 2,
    goneArtifacts: 1,
    jobs: { succeeded: 2, retrying: 1, failed: 2, skipped: 2 },
    failureGroups: [
      { code: 'auth', jobs: [{ rows: [{ input: 'rows', row: 3 }] }] },
      { code: 'bug', jobs: [{ rows: [{ input: 'rows', row: 4 }] }] },
    ],
  })
})

test('a run goes on with it, within the budget of the movie', async () => {
  const blueprint = join(FIXTURE, 'bookkept.yaml')
  const stopped = await engine.run({ blueprint, inputs: { rows }, budgetUsd: 4 })
  expect(stopped).toMatchObject({ stopReason: 'budget', costUsd: 2 })
  expect(await engine.run({ blueprint, inputs: { rows } })).toMatchObject({ status: 'succeeded' })
  expect(await engine.movie('bookkept').verify()).toMatchObject({ isClean: true, findings: [] })
})
