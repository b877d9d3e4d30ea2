import { expect, test } from 'vitest'
import { defineBlueprint, inline } from '../../../dist/index.js'
import { testEngine } from '../../support/engine-fixture.js'

const blueprint = defineBlueprint({
  name: 'word',
  producers: { Word: { provider: 'writer', outputs: { Text: 'text' } } },
})
const mistaken = new URL('../../support/providers/mistaken.mjs', import.meta.url)

// The file lies in the engine's own repository, beside its code and not in it.
test.each(['inline', 'threads'])(
  'a mistake in a provider is shown at its place in the provider (%s)',
  async where => {
    const writer =
      where === 'inline' ? inline((await import(mistaken.href)).default) : { module: mistaken.href }
    const engine = await testEngine({ store: 'memory:', providers: { writer } })
    const { failures } = await engine.run({ blueprint })
    expect(failures).toMatchObject([{ code: 'bug' }])
    const places = [...failures![0]!.message.matchAll(/\((\S+?):\d+:\d+\)/g)].map(([, place]) => place)
    expect(places.map(place => place!.endsWith('mistaken.mjs'))).toEqual([true, true])
  },
)
