import { describe, expect, it } from 'vitest'
import { mistakesIn } from '../../support/blueprint/blueprint-mistakes.js'

describe('YAML', () => {
  it.each([
    ['a text with ${…} without quotes', 'name: x\na: { b: ${inputs.c}, d: 1 }\n', 2],
    ['a colon in a text', 'name: x\na: b: c\n', 2],
    ['a tab', 'name: x\na:\n\tb: 1\n', 3],
    ['a tag', 'name: x\na: !env HOME\n', 2],
    ['an alias without anchor', 'name: x\na: *b\n', 2],
    ['a number that would be rounded', 'name: x\na: 12345678901234567890\n', 2],
    ['infinity', 'name: x\na: .inf\n', 2],
    ['a list as a key', 'name: x\n? [a]\n: b\n', 2],
    ['a key without name', 'name: x\n: b\n', 2],
  ])('reports %s', (_, yaml, line) => {
    expect(mistakesIn(yaml)).toContainEqual(expect.objectContaining({ file: 'b.yaml', line }))
  })

  it('reports the faults of several lines', () => {
    const lines = mistakesIn('name: x\na: b: c\nd: "1" 2\ne: !f g\n').map(({ line }) => line)
    expect(lines).toEqual([2, 3, 4])
  })

  it('reads yes, on and dates as text', () => {
    const yaml = `%YAML 1.1
---
name: x
producers: { A: { provider: yes, model: on, version: 2001-01-01, outputs: { Text: text } } }
`
    expect(mistakesIn(yaml)).toEqual([])
  })
})
