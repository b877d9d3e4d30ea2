import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { blueprintJsonSchema } from '../../src/blueprint/blueprint-json-schema.js'

it('is what schema/blueprint.schema.json holds; after a change run "npm run build && npm run schema"', async () => {
  const file = new URL('../../schema/blueprint.schema.json', import.meta.url)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(blueprintJsonSchema())
})
