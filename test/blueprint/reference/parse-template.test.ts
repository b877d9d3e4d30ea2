import { describe, expect, it } from 'vitest'
import { hasReference, parseTemplate } from '../../../src/blueprint/reference/parse-template.js'

const sources = (text: string) =>
  parseTemplate(text).parts.map(part => (typeof part === 'string' ? part : { is: part.reference.source }))

describe('a template', () => {
  it.each([
    ['', []],
    ['plain { text } $ and $$', ['plain { text } $ and $$']],
    ['${inputs.a}', [{ is: '${inputs.a}' }]],
    ['a ${inputs.b}${inputs.c} d', ['a ', { is: '${inputs.b}' }, { is: '${inputs.c}' }, ' d']],
    ['$${HOME}', ['${HOME}']],
    ['$$${inputs.price}', ['$', { is: '${inputs.price}' }]],
    ['$$$${x}', ['$${x}']],
    ['costs $5 {', ['costs $5 {']],
  ])('splits %s', (text, expected) => {
    expect(sources(text)).toEqual(expected)
  })

  it('reports every reference it cannot read, with its offset, and keeps the others', () => {
    const { parts, faults } = parseTemplate('a ${} b ${inputs.b} c ${x')
    expect(faults.map(({ offset }) => offset)).toEqual([2, 22])
    expect(parts).toMatchObject(['a  b ', { reference: { input: 'b' }, offset: 8 }, ' c '])
  })

  it('tells text that only looks like a reference', () => {
    expect(hasReference('$${HOME} {a}')).toBe(false)
    expect(hasReference('${HOME}')).toBe(true)
    expect(hasReference('${inputs.a}')).toBe(true)
  })
})
