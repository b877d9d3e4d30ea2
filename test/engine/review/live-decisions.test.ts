import { expect, test } from 'vitest'
import type { BlueprintDefinition } from '../../../dist/index.js'
import { Calls, newStore, testEngine } from '../../support/engine-fixture.js'

const blueprint: BlueprintDefinition = {
  name: 'live',
  producers: {
    Shot: { provider: 'p', review: true, outputs: { Text: 'text' } },
    Clip: { provider: 'p', with: { shot: '${Shot.Text}' }, outputs: { Text: 'text' } },
    Slow: { provider: 'p', with: { is: 'slow' }, outputs: { Text: 'text' } },
  },
}

test('what is approved while a run goes on is made from in the same run; another process is told to wait', async () => {
  const calls = new Calls()
  let release = () => {}
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  const p = calls.provider(async ({ producer }) => {
    if (producer === 'Slow') await released
    return { outputs: { Text: producer } }
  })
  const store = await newStore('file')
  const engine = await testEngine({ store, providers: { p } })
  const run = engine.run({ blueprint })
  const made = new Promise<void>(resolve => {
    run.on('artifact', ({ artifactId }) => {
      if (artifactId === 'Producer:Shot.Text') resolve()
      if (artifactId === 'Producer:Clip.Text') release()
    })
  })
  await made
  const other = await testEngine({ store })
  const decision = { artifact: 'Shot.Text', decision: 'approve' } as const
  await expect(other.movie('live').review(decision)).rejects.toMatchObject({ code: 'MOVIE_BUSY' })
  expect(await engine.movie('live').review(decision)).toMatchObject({ recorded: 1, waiting: 0 })
  // Slow ends only once Clip is made, so that nothing but this decision can have freed it.
  expect(await run).toMatchObject({ status: 'succeeded', counts: { succeeded: 3 } })
  expect(await engine.movie('live').verify()).toMatchObject({ isClean: true })
})
