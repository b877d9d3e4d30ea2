import { describe, expect, it } from 'vitest'
import { compileBlueprint } from '../../../src/blueprint/compile/compile-blueprint.js'
import { InputError } from '../../../src/plan/inputs/input-error.js'
import { resolveInputs } from '../../../src/plan/inputs/resolve-inputs.js'

type Inputs = NonNullable<Parameters<typeof compileBlueprint>[0] & object>['inputs']

const blueprintWith = (inputs: Inputs) =>
  compileBlueprint({ name: 'x', inputs, producers: { A: { provider: 'p', outputs: { Text: 'text' } } } })

const resolve = (inputs: Inputs, given: Record<string, unknown>) =>
  Object.fromEntries(resolveInputs(blueprintWith(inputs), given))

function mistakesIn(inputs: Inputs, given: Record<string, unknown>): InputError['mistakes'] {
  try {
    resolve(inputs, given)
  } catch (error) {
    if (error instanceof InputError) return error.mistakes
    throw error
  }
  return []
}

describe('inputs', () => {
  const right: [NonNullable<Inputs>[string], unknown, unknown][] = [
    ['text', 'a', 'a'],
    ['text', '6', '6'],
    ['text', '', ''],
    ['integer', 6, 6],
    ['integer', '6', 6],
    ['integer', ' -6 ', -6],
    ['number', '1.5e3', 1500],
    ['number', '.5', 0.5],
    ['boolean', true, true],
    ['boolean', 'false', false],
    ['json', '{"a":[1,null]}', { a: [1, null] }],
    ['json', '"text"', 'text'],
    ['json', { a: 1 }, { a: 1 }],
    ['json', { a: 1, b: undefined, c: { d: undefined } }, { a: 1, c: {} }],
    ['json', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['table', '[{"a":1}]', [{ a: 1 }]],
    ['table', [], []],
    [{ type: 'text', options: ['a', 'b'] }, 'b', 'b'],
    [{ type: 'integer', options: [1, 2] }, '2', 2],
    [{ type: 'integer', minimum: 1, maximum: 3 }, 3, 3],
    [{ type: 'integer', default: 4 }, undefined, 4],
    [{ type: 'integer', default: 4 }, 5, 5],
    [{ type: 'text', default: null }, undefined, null],
    [{ type: 'text', default: null }, null, null],
  ]
  it.each(right)('of %j take %j', (spec, given, expected) => {
    expect(resolve({ a: spec }, { a: given })).toEqual({ a: expected })
  })

  const wrong: [NonNullable<Inputs>[string], unknown, object?][] = [
    ['text', 6],
    ['text', null],
    ['text', undefined],
    ['integer', 1.5],
    ['integer', '1.5'],
    ['integer', ''],
    ['integer', '0x10'],
    ['integer', 2 ** 60],
    ['number', 'many'],
    ['number', Number.NaN],
    ['number', '1e999'],
    ['boolean', 'yes'],
    ['boolean', 1],
    ['json', '{"a":'],
    ['json', new Date(0)],
    ['json', { a: () => 1 }, { path: 'a.a' }],
    ['json', JSON.parse('{"b":{"__proto__":1}}'), { path: 'a.b.__proto__' }],
    ['json', '{"b":{"__proto__":1}}', { path: 'a.b.__proto__' }],
    ['json', [[{ constructor: 1 }]], { path: 'a.0.0.constructor' }],
    ['table', 'rows.csv'],
    ['table', '{}'],
    ['table', [{ a: 1 }, 2], { path: 'a.1' }],
    ['table', [{ a: Number.POSITIVE_INFINITY }], { path: 'a.0.a' }],
    [{ type: 'text', options: ['happy', 'sad'] }, 'hapy', { suggestion: 'happy' }],
    [{ type: 'integer', options: [1, 2] }, 3],
    [{ type: 'integer', minimum: 1 }, 0],
    [{ type: 'number', maximum: 1 }, '1.1'],
    [{ type: 'integer', default: 4 }, null],
  ]
  it.each(wrong)('of %j refuse %j', (spec, given, expected = { path: 'a' }) => {
    expect(mistakesIn({ a: spec }, { a: given })).toMatchObject([expected])
  })

  it('name the nearest input, and are all reported at once', () => {
    const mistakes = mistakesIn({ story: 'text', pages: 'integer' }, { stroy: 'a', pages: 'x' })
    expect(mistakes).toMatchObject([
      { path: 'stroy', suggestion: 'story' },
      { path: 'story' },
      { path: 'pages' },
    ])
    expect(mistakes[1]!.message).toContain('-i story=')
  })

  it('have the code INPUT_INVALID', () => {
    expect(() => resolve({}, { a: 1 })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
  })

  it('refuse a value that contains itself', () => {
    const list: unknown[] = []
    list.push(list)
    expect(mistakesIn({ a: 'json' }, { a: list })).toHaveLength(1)
  })

  it('are not copied when they are large and right, and not changed when they are not', () => {
    const rows = [{ a: 1 }, { a: 2 }]
    expect(resolve({ a: 'table' }, { a: rows }).a).toBe(rows)
    const loose = [{ a: 1 }, { a: undefined, b: 2 }, { c: 3 }]
    expect(resolve({ a: 'table' }, { a: loose })).toEqual({ a: [{ a: 1 }, { b: 2 }, { c: 3 }] })
    expect(loose[1]).toHaveProperty('a')
  })
})
