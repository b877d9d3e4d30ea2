import { describe, expect, it } from 'vitest'
import { mistakesIn } from '../../support/blueprint/blueprint-mistakes.js'

describe('cycles', () => {
  const two = (a: string, b: string) => `name: x
loops: { page: { count: 3 } }
producers:
  A: { loop: page, provider: p, with: { x: "\${${a}}" }, outputs: { Text: text } }
  B: { loop: page, provider: p, with: { x: "\${${b}}" }, outputs: { Text: text } }
`
  it.each([
    ['B[page-1].Text?', 'A[page].Text'],
    ['B[page+1].Text?', 'A[page].Text'],
    ['B[page-1].Text?', 'A[page-1].Text?'],
    ['A[page-1].Text?', 'A[page].Text'],
    ['B[page-1].Text?', 'B[page-2].Text?'],
  ])('accepts %s with %s, which an offset orders', (a, b) => {
    expect(mistakesIn(two(a, b))).toEqual([])
  })
  it.each([
    ['B[page].Text', 'A[page].Text'],
    ['B[page-1].Text?', 'A[page+1].Text?'],
    ['B[*].Text', 'A[page].Text'],
    ['B[0].Text', 'A[page].Text'],
    ['B[page-1].Text?', 'A[*].Text'],
    ['B[page-1].Text?', 'A[0].Text'],
  ])('refuses %s with %s, and names the path', (a, b) => {
    const [mistake] = mistakesIn(two(a, b))
    expect(mistake?.message).toContain('A → B → A')
    expect(mistake).toMatchObject({ path: 'producers.A.with.x', line: 4, column: 45 })
  })

  const nested = (value: string) => `name: x
loops: { page: { count: 3 }, take: { count: 3 } }
producers:
  A: { loop: [page, take], provider: p, with: { x: ${value} }, outputs: { Text: text } }
`
  it.each([
    '"${A[page-1][*].Text}"',
    '"${A[page-1][0].Text?}"',
    '"${A[page-1][take+1].Text?}"',
    '["${A[page-1][take+1].Text?}", "${A[page][take-1].Text?}"]',
    '["${A[page][take+1].Text?}", "${A[page+1][0].Text?}"]',
  ])('accepts %s, which one of two loops orders', value => {
    expect(mistakesIn(nested(value))).toEqual([])
  })
  it.each([
    '"${A[page][take].Text}"',
    '"${A[page][*].Text}"',
    '"${A[*][*].Text}"',
    '"${A[0][0].Text}"',
    '["${A[page-1][take].Text?}", "${A[page+1][take].Text?}"]',
    '["${A[page][take+1].Text?}", "${A[page][take-1].Text?}"]',
  ])('refuses %s', value => {
    expect(mistakesIn(nested(value))).toHaveLength(1)
  })

  it('reports each circle, and not the producers beside it', () => {
    const yaml = `name: x
producers:
  Before: { provider: p, with: { x: 1 }, outputs: { Text: text } }
  A: { provider: p, with: { x: "\${B.Text}", y: "\${Before.Text}" }, outputs: { Text: text } }
  B: { provider: p, with: { x: "\${C.Text}" }, outputs: { Text: text } }
  C: { provider: p, when: { value: "\${A.Text}", is: x }, outputs: { Text: text } }
  D: { provider: p, with: { x: "\${D.Text}" }, outputs: { Text: text } }
  After: { provider: p, with: { x: "\${C.Text}" }, outputs: { Text: text } }
`
    const mistakes = mistakesIn(yaml)
    expect(mistakes.map(({ line }) => line)).toEqual([4, 7])
    expect(mistakes[0]!.message).toContain('A → B → C → A')
    expect(mistakes[1]!.message).toContain('D → D')
  })
})
