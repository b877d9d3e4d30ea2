import { describe, expect, it } from 'vitest'
import { globPattern, linearPattern } from '../../src/model/linear-pattern.js'

// With a backtracking engine each of these runs for longer than the universe: the test would never end.
const HOSTILE = [
  ['(a+)+$', `${'a'.repeat(50_000)}!`],
  ['^(\\w|\\d)*@', '1'.repeat(50_000)],
  ['(.*)*x', 'y'.repeat(20_000)],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(20_000)],
] as const

describe('a pattern', () => {
  it.each(HOSTILE)('of hostile shape ends: %s', (source, text) => {
    expect(linearPattern(source).test(text)).toBe(false)
  })

  it.each([
    ['^[A-Z]{2}$', 'FR', true],
    ['^[A-Z]{2}$', 'FRA', false],
    ['fox', 'a fox', true],
    ['^\\p{Lu}\\p{Ll}+$', 'Ägypten', true],
    ['^\\u00e9\\x41$', 'éA', true],
    ['^[\\u{1F600}-\\u{1F64F}]$', '\u{1F603}', true],
    ['^(?<year>\\d{4})-(?:0[1-9]|1[0-2])$', '2026-11', true],
    ['a$', 'a\n', false],
    ['\\bcat\\b', 'concat', false],
  ])('finds what JavaScript finds: /%s/ in %j', (source, text, isFound) => {
    expect(linearPattern(source).test(text)).toBe(isFound)
    expect(new RegExp(source, 'u').test(text)).toBe(isFound)
  })

  it.each(['(?=a)b', '(?<!a)b', '(a)\\1', '\\q', '(', 'a{1001}'])('is refused: %s', source => {
    expect(() => linearPattern(source)).toThrow(SyntaxError)
  })
})

describe('a glob', () => {
  it('knows only the star, and ends whatever it is laid over', () => {
    const glob = globPattern('Tagline[*].Text', 'Producer:')
    expect(glob.test('Producer:Tagline[3].Text')).toBe(true)
    expect(glob.test('Tagline[3].Text')).toBe(true)
    expect(glob.test('Producer:Tagline[3]xText')).toBe(false)
    expect(globPattern(`${'a*'.repeat(200)}b`).test('a'.repeat(20_000))).toBe(false)
  })
})
