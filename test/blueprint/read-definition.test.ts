import { describe, expect, it } from 'vitest'
import { mistakesIn } from '../support/blueprint/blueprint-mistakes.js'

describe('limits', () => {
  it('refuses a file that is too large', () => {
    expect(mistakesIn(`name: x # ${'a'.repeat(5 * 1024 * 1024)}`)).toHaveLength(1)
  })
  it('accepts 64 levels of nesting and refuses 65', () => {
    const nested = (levels: number) =>
      `name: x\nproducers: { A: { provider: p, config: { a: ${'['.repeat(levels - 4)}1${']'.repeat(levels - 4)} }, outputs: { Text: text } } }`
    expect(mistakesIn(nested(64))).toEqual([])
    expect(mistakesIn(nested(65))).not.toEqual([])
  })
  it('refuses an alias bomb', () => {
    const levels = Array.from(
      { length: 9 },
      (_, at) => `  l${at + 1}: &l${at + 1} [${Array(9).fill(`*l${at}`).join(', ')}]`,
    )
    expect(mistakesIn(`name: x\nbomb:\n  l0: &l0 [a, a]\n${levels.join('\n')}\n`)).not.toEqual([])
  })
  it('refuses many values behind few aliases', () => {
    const list = `[${'x, '.repeat(20_000)}]`
    const yaml = `name: x\nbig:\n  a: &a ${list}\n  b: [${'*a, '.repeat(60)}]\n`
    expect(mistakesIn(yaml)).not.toEqual([])
  })

  it.each(['{', '{a: ', '- ', '? ', 'a: ', '[[{'])('survives %s without end', piece => {
    expect(mistakesIn(piece.repeat(100_000))).toMatchObject([{ line: 1 }])
  })

  it('counts nesting along aliases', () => {
    const nest = (inner: string) => `${'['.repeat(40)}${inner}${']'.repeat(40)}`
    expect(mistakesIn(`a: &a ${nest('x')}\nb: ${nest('*a')}\n`)).toMatchObject([{ path: '', line: 1 }])
  })

  const withConfig = (config: unknown) => ({
    name: 'x',
    producers: { A: { provider: 'p', config, outputs: { Text: 'text' } } },
  })

  it('refuses an object that contains itself, or repeats its parts without end', () => {
    const itself: Record<string, unknown> = {}
    itself.self = itself
    expect(mistakesIn(withConfig(itself))).toHaveLength(1)
    let twice: unknown = {}
    for (let level = 0; level < 50; level++) twice = { left: twice, right: twice }
    expect(mistakesIn(withConfig(twice))).toHaveLength(1)
    expect(mistakesIn(withConfig({ text: 'x'.repeat(6 * 1024 * 1024) }))).toHaveLength(1)
  })

  it.each([
    [new Date(0)],
    [new Map()],
    [() => 1],
    [Number.NaN],
    [1n],
    [Symbol('s')],
    [JSON.parse('{"__proto__":1}')],
    [JSON.parse('{"constructor":1}')],
  ])('refuses %s in an object', value => {
    expect(mistakesIn(withConfig({ value }))).toMatchObject([
      { path: expect.stringContaining('producers.A.config.value') },
    ])
  })

  it('refuses what cannot be read at all', () => {
    const throwing = {
      get name() {
        throw new Error('no')
      },
    }
    for (const source of [
      undefined,
      null,
      5,
      [],
      throwing,
      '',
      '# nothing',
      'text',
      '--- \na: 1\n--- \nb: 2',
    ])
      expect(mistakesIn(source)).not.toEqual([])
  })
})
