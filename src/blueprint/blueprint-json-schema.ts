import { z } from 'zod'
import { blueprintSchema } from './blueprint-schema.js'

/** The format as JSON Schema (2020-12), for editors; `schema/blueprint.schema.json` is this, written out. */
export function blueprintJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(blueprintSchema, { io: 'input' }),
    title: 'Showrunner blueprint',
    description: 'What to make (producers), for what (loops), and from what (inputs). See docs/blueprint.md.',
  }
}
