import { describe, expect, it } from 'vitest'
import { mistakesIn } from '../support/blueprint/blueprint-mistakes.js'

const producer = 'producers: { A: { provider: p, outputs: { Text: text } } }'

describe('mistakes in a file', () => {
  it('accepts what is like a mistake', () => {
    const yaml = `name: x
inputs: { a: { type: text, default: null }, b: { type: json, default: "text" }, c: { type: integer, options: [1, 2] } }
loops: { none: { count: 0 }, json: { over: "\${inputs.b.list}" }, size: { count: "\${inputs.b.size}" } }
producers:
  A: { provider: p, outputs: { I: image/*, T: "text/html; charset=utf-8" } }
  B: { provider: p, when: { value: "\${A.I}", exists: true }, outputs: { Text: text } }
  C: { provider: p, when: { value: 1, in: "\${inputs.b}", matches: "^\\\\d+$" }, outputs: { Text: text } }
`
    expect(mistakesIn(yaml)).toEqual([])
  })

  it('reports mistakes of every kind at once, in the order of the file', () => {
    const yaml = `name: UPPER
inputs: { a: txt }
inputs2: {}
producers:
  A: { provider: p, loop: nope, outputs: { Text: text } }
  B: { provider: p, with: { x: "\${C.Text}", y: "\${A.Text}" }, outputs: { Text: text } }
  B: { provider: p }
  C: { provder: p, outputs: { Text: text }, with: { z: "\${inputs.a}" } }
`
    expect(mistakesIn(yaml).map(({ line, column }) => [line, column])).toEqual([
      [1, 7],
      [2, 14],
      [3, 1],
      [5, 27],
      [7, 3],
      [8, 3],
      [8, 8],
    ])
  })

  it('names both places of a duplicate key', () => {
    const [mistake] = mistakesIn(`name: x\n${producer}\nname: y\n`)
    expect(mistake).toMatchObject({ path: 'name', line: 3, column: 1 })
    expect(mistake!.message).toContain('line 1')
  })

  it('reports the mistake behind an alias once', () => {
    const yaml = `name: x
producers:
  A: &a { provider: p, outputs: { Text: txt } }
  B: *a
`
    expect(mistakesIn(yaml)).toMatchObject([{ line: 3, column: 41 }])
  })

  it('finds a reference in folded, escaped and multi-line text', () => {
    const yaml = (value: string) =>
      `name: x\nproducers:\n  A:\n    provider: p\n    outputs: { Text: text }\n    with:\n      text: ${value}\n`
    expect(mistakesIn(yaml('"\\u0041 $${a} \\n ${inputs.a}"'))).toMatchObject([{ line: 7, column: 30 }])
    expect(mistakesIn(yaml('|\n        one\n        two ${inputs.a}'))).toMatchObject([
      { line: 9, column: 13 },
    ])
    expect(mistakesIn(yaml('>-\n        one\n        ${inputs.a}'))).toMatchObject([{ line: 9, column: 9 }])
    expect(mistakesIn(yaml("'it''s ${inputs.a}'"))).toMatchObject([{ line: 7, column: 20 }])
  })
})
