import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandSchemas } from '../../../scripts/command-schemas.mjs'

const FOLDER = new URL('../../../schema/commands/', import.meta.url)

test('each command has a schema of what --json prints; after a change run "npm run build && npm run schema"', () => {
  const schemas = commandSchemas()
  const files = [...schemas.keys()].map(name => `${name}.schema.json`)
  expect(readdirSync(FOLDER).sort()).toEqual(files.sort())
  for (const [name, schema] of schemas)
    expect(JSON.parse(readFileSync(new URL(`${name}.schema.json`, FOLDER), 'utf8')), name).toEqual(schema)
}, 120_000)
