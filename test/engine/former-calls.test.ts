import { expect, test } from 'vitest'
import { testEngine } from '../support/engine-fixture.js'
import { markdownPages } from '../support/markdown.js'

/** docs/from-0.1.md has the calls of 0.1, and so does the engine. */

const page = (await markdownPages('docs')).find(({ path }) => path === 'docs/from-0.1.md')!
const CALL = /^\| `engine\.(\w+)\(id\b[^`]*\)` \| `engine\.movie\(id\)\.(\w+)\(/gm
const calls = [...page.text.matchAll(CALL)].map(([, former, present]) => [former!, present!] as const)

test('the page has them', () => expect(calls).toHaveLength(10))

test.each(calls)('engine.%s() of 0.1 says to call %s() of the movie', async (former, present) => {
  const engine = await testEngine({ store: 'memory:' })
  const call = (engine as unknown as Record<string, (id: string) => unknown>)[former]!
  const said = expect.stringContaining(`engine.movie(id).${present}(`)
  expect(() => call('book')).toThrow(expect.objectContaining({ code: 'USAGE_INVALID', message: said }))
  expect(Object.keys(engine)).not.toContain(former)
  expect(engine.movie('book')).toHaveProperty(present)
})
