// Writes schema/: the format of blueprints, and what each command prints with --json. Run `npm run build` first.
import { mkdirSync, writeFileSync } from 'node:fs'
import { blueprintJsonSchema } from '../dist/blueprint/blueprint-json-schema.js'
import { commandSchemas } from './command-schemas.mjs'

const folder = new URL('../schema/', import.meta.url)
const write = (/** @type {string} */ path, /** @type {unknown} */ schema) =>
  writeFileSync(new URL(path, folder), `${JSON.stringify(schema, undefined, 2)}\n`)

mkdirSync(new URL('commands/', folder), { recursive: true })
write('blueprint.schema.json', blueprintJsonSchema())
for (const [name, schema] of commandSchemas()) write(`commands/${name}.schema.json`, schema)
