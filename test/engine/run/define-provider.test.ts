import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineBlueprint, defineProvider, inline } from '../../../dist/index.js'
import { testEngine } from '../../support/engine-fixture.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const words = defineBlueprint({
  name: 'words',
  inputs: { rows: 'table' },
  loops: { row: { over: '${inputs.rows}' } },
  producers: {
    Word: { loop: 'row', provider: 'writer', with: { text: '${row.text}' }, outputs: { Text: 'text' } },
  },
})
let calls = 0
const writer = defineProvider({
  input: z.object({ text: z.string().transform(text => text.toUpperCase()) }),
  produce({ input, attempt }) {
    calls++
    return { outputs: { Text: `${input.text} ${attempt}` } }
  },
})

test.each([
  ['by itself', writer],
  ['with settings', inline(writer, { limits: { concurrency: 1 } })],
])('a defined provider gets its inputs as its schema gives them (%s)', async (_, provider) => {
  calls = 0
  const engine = await testEngine({ store: 'memory:', providers: { writer: provider } })
  const run = engine.run({ blueprint: words, inputs: { rows: [{ text: 'fox' }, { text: 3 }] } })
  const texts: string[] = []
  for await (const { Text } of run.outputs('Word')) texts.push(Text)
  expect(texts).toEqual(['FOX 1'])
  const { failures } = await run
  expect(failures).toMatchObject([{ code: 'invalid', message: expect.stringContaining('text: '), count: 1 }])
  expect(calls).toBe(1)
})

test('it is a module’s default export as well', async () => {
  const folder = await temporaryFolder()
  const entry = new URL('../../../dist/provider.js', import.meta.url).href
  await writeFile(
    join(folder, 'writer.mjs'),
    `import { defineProvider } from '${entry}'
const input = { '~standard': { version: 1, vendor: 'own', validate: value =>
  typeof value.text === 'string' ? { value } : { issues: [{ message: 'no text', path: ['text'] }] } } }
export default defineProvider({ input, produce: ({ input }) => ({ outputs: { Text: input.text } }) })`,
  )
  const engine = await testEngine({
    store: 'memory:',
    folder,
    providers: { writer: { module: './writer.mjs' } },
  })
  const result = await engine.run({ blueprint: words, inputs: { rows: [{ text: 'fox' }, { text: 3 }] } })
  expect(result).toMatchObject({ counts: { succeeded: 1, failed: 1 } })
  expect(result.failures?.[0]?.message).toContain('text: no text')
  expect(await engine.movie(words).output('Word', 0)).toEqual({ Text: 'fox' })
})
