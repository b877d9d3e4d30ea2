import { expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonValue } from '../../../src/model/json.js'
import { seededRandom } from '../../../src/model/seeded-random.js'
import { schemaValue } from '../../../src/providers/simulate/schema-value.js'
import { withPaths } from '../../../src/providers/simulate/with-paths.js'

const SCHEMAS: readonly object[] = [
  {
    type: 'object',
    properties: { title: { type: 'string', minLength: 40 }, n: { type: 'integer', minimum: 3, maximum: 3 } },
    required: ['title', 'n'],
    additionalProperties: false,
  },
  { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 }, minItems: 5, maxItems: 7 },
  { type: 'array', items: { enum: ['red', 'green'] }, maxItems: 2 },
  { anyOf: [{ type: 'null' }, { type: 'boolean' }] },
  { type: ['string', 'null'], maxLength: 3 },
  { type: 'string', format: 'date-time' },
  { type: 'string', format: 'email' },
  { const: 7 },
  { type: 'integer', exclusiveMinimum: 4, exclusiveMaximum: 6 },
  { type: 'number', multipleOf: 5, minimum: 7 },
  {
    type: 'object',
    properties: { scenes: { type: 'array', items: { $ref: '#/$defs/Scene' }, minItems: 2 } },
    required: ['scenes'],
    $defs: { Scene: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } },
  },
]

test.each(SCHEMAS.map(schema => [JSON.stringify(schema), schema] as const))('%s is met', (_, schema) => {
  const check = z.fromJSONSchema(schema as never)
  for (let seed = 0; seed < 20; seed++) {
    const random = seededRandom(String(seed))
    const value = schemaValue(schema as JsonValue, { random, text: length => 'x'.repeat(length) })
    expect(check.safeParse(value).error?.issues).toBeUndefined()
  }
})

test('a schema that refers to itself ends', () => {
  const schema = {
    $ref: '#/$defs/Node',
    $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } } },
  }
  expect(JSON.stringify(schemaValue(schema, { random: () => 0, text: () => '' }))).toContain('next')
})

test('what is read of a value is there', () => {
  const made = withPaths({ title: 'x' }, [['title'], ['scenes', 1, 'text'], ['scenes', 0]], () => 'made')
  expect(made).toEqual({ title: 'x', scenes: ['made', { text: 'made' }] })
})
