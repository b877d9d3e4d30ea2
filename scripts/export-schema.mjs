// Writes schema/blueprint.schema.json from the built schema. Run `npm run build` first.
import { mkdirSync, writeFileSync } from 'node:fs'
import { blueprintJsonSchema } from '../dist/blueprint/blueprint-json-schema.js'

const folder = new URL('../schema/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(
  new URL('blueprint.schema.json', folder),
  `${JSON.stringify(blueprintJsonSchema(), undefined, 2)}\n`,
)
