import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/model/json.js'
import { answerShape } from '../../../../src/providers/kit/language/answer-shape.js'
import {
  completeSchema,
  isStrictSchema,
  schemaCheck,
} from '../../../../src/providers/kit/language/json-schema.js'

const text = { type: 'string' }

describe('a schema', () => {
  test('is completed where it says nothing, at every depth', () => {
    const schema = {
      type: 'object',
      properties: { pages: { type: 'array', items: { type: 'object', properties: { title: text } } } },
      $defs: { page: { type: 'object', properties: { n: text }, required: [], additionalProperties: true } },
    }
    expect(completeSchema(schema)).toEqual({
      type: 'object',
      properties: {
        pages: {
          type: 'array',
          items: {
            type: 'object',
            properties: { title: text },
            required: ['title'],
            additionalProperties: false,
          },
        },
      },
      required: ['pages'],
      additionalProperties: false,
      $defs: schema.$defs,
    })
  })

  test('is left alone in its values', () => {
    const schema = { enum: [{ properties: { a: 1 } }], default: { properties: {} } }
    expect(completeSchema(schema)).toEqual(schema)
  })

  test.each([
    [true, { type: 'object', properties: { a: text } }],
    [true, { type: 'object', properties: { properties: text, type: text } }],
    [true, { type: 'array', items: text }],
    [false, { type: 'object', properties: { a: text }, required: [] }],
    [false, { type: 'object', properties: { a: text }, additionalProperties: true }],
    [false, { type: 'object' }],
    [false, { anyOf: [text, { type: 'object', properties: { a: text }, required: [] }] }],
    [false, { type: 'object', properties: { a: { type: 'object', additionalProperties: text } } }],
  ])('strict: %s, %j', (isStrict, schema) => {
    expect(isStrictSchema(completeSchema(schema as JsonObject))).toBe(isStrict)
  })

  test('that cannot be checked is a mistake, not a surprise', () => {
    expect(() => schemaCheck({ if: {}, type: 'object' })).toThrowError(/config\.schema cannot be used/)
  })
})

describe('an answer', () => {
  test('of several outputs names the one that the schema has no place for', () => {
    const outputs = { Title: { type: 'text' }, Body: { type: 'text' } }
    const schema = { type: 'object', properties: { title: text } }
    expect(() => answerShape(outputs, schema)).toThrowError(/property "Body".*it has title/)
  })

  test.each([
    ['Age" is number, but config.schema has type string', { Title: 'text', Age: 'number' }],
    ['Title" is text, but config.schema has type object', { Title: 'text' }],
  ])('that does not suit an output is seen before it is paid: %s', (message, types) => {
    const outputs = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }]))
    const schema = { type: 'object', properties: { Title: text, Age: text } }
    expect(() => answerShape(outputs, schema)).toThrowError(message)
  })

  test('has all outputs, whatever the schema requires', () => {
    const schema = { type: 'object', properties: { a: text, b: text, c: text }, required: ['c'] }
    const shape = answerShape({ A: { type: 'text' }, B: { type: 'text' } }, schema)
    expect(shape).toMatchObject({ schema: { required: ['c', 'a', 'b'] }, isStrict: true })
  })

  test('that is a list finds its definitions when it is wrapped', () => {
    const schema = {
      type: 'array',
      items: { $ref: '#/$defs/page' },
      $defs: { page: { type: 'object', properties: { n: text } } },
    }
    const shape = answerShape({ Pages: { type: 'json', count: 2 } }, schema)
    if (shape.type !== 'json') throw new Error('It is JSON.')
    expect(shape.check({ value: [{ n: 'a' }, { n: 'b' }] })).toBeUndefined()
    expect(shape.check({ value: [{ n: 1 }, { n: 'b' }] })).toContain('value.0.n')
    expect(shape.check({ value: [{ n: 'a' }] })).toContain('value')
    expect(shape.outputsOf({ value: [{ n: 'a' }, { n: 'b' }] })).toEqual({ Pages: [{ n: 'a' }, { n: 'b' }] })
  })

  test('over a loop has as many elements as the loop', () => {
    const shape = answerShape({ Lines: { type: 'text', count: 2 } }, undefined)
    if (shape.type !== 'json') throw new Error('It is JSON.')
    expect(shape.check({ Lines: ['a', 'b'] })).toBeUndefined()
    expect(shape.check({ Lines: ['a'] })).toContain('Lines')
  })
})
