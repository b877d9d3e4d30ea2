import { expect, test } from 'vitest'
import { type BlueprintDefinition, inline } from '../../../dist/index.js'
import { runAll, testEngine } from '../../support/engine-fixture.js'

const blueprint = (reference: string): BlueprintDefinition => ({
  name: 'parts',
  producers: {
    Script: { provider: 'writer', outputs: { Data: 'json' } },
    Picture: { provider: 'painter', with: { scene: reference }, outputs: { Text: 'text' } },
  },
})

test('a part that upstream JSON lacks fails the job before its provider is called, unless it may be absent', async () => {
  let calls = 0
  const writer = inline(() => ({ outputs: { Data: { scene: 'a lake' } } }))
  const painter = inline(({ inputs }) => {
    calls++
    return { outputs: { Text: `${'scene' in inputs}` } }
  })
  const engine = await testEngine({ store: 'memory:', providers: { writer, painter } })
  const refused = await engine.run({ blueprint: blueprint('${Script.Data.scen}') })
  expect(refused).toMatchObject({ status: 'failed', counts: { succeeded: 1, failed: 1 } })
  expect(calls).toBe(0)
  const { failures } = await engine.movie('parts').status()
  expect(failures).toMatchObject([{ jobId: 'Producer:Picture', error: { code: 'invalid' } }])
  await runAll(engine, { blueprint: blueprint('${Script.Data.scen?}') })
  await runAll(engine, { blueprint: blueprint('${Script.Data.scene}') })
  expect(calls).toBe(2)
})
