import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { table } from '../../../src/cli/display/table.js'

test('columns begin at the same place, whatever is in the cells', () => {
  const rows = [
    ['Picture', '|', 1],
    ['絵本のページ', '|', 20],
    ['🦊👨‍👩‍👧 fox', '|', 300],
    ['cafe\u0301', '|', 4],
    ['two\nlines', '|', 5],
  ]
  const lines = table(rows).split('\n')
  expect(lines).toHaveLength(rows.length)
  expect(new Set(lines.map(line => stringWidth(line.slice(0, line.indexOf('|'))))).size).toBe(1)
  expect(new Set(lines.map(line => stringWidth(line))).size).toBe(1)
  expect(lines[0]).toMatch(/\| {4}1$/)
})

test('a long text in the last column goes on below its beginning', () => {
  const rows = [
    [
      'Producer:Picture[3]',
      'content',
      'The service refused the prompt because of 絵本 its policy on pictures.',
    ],
    ['Producer:Picture[4]', 'network', 'short'],
  ]
  const lines = table(rows, 60).split('\n')
  expect(lines).toHaveLength(4)
  expect(lines.map(line => stringWidth(line)).every(width => width <= 60)).toBe(true)
  expect(lines.slice(1, 3).every(line => line.startsWith(`${' '.repeat(30)}`))).toBe(true)
  expect(lines[3]).toBe('Producer:Picture[4]  network  short')
})

test('what ends a line has no spaces after it', () => {
  expect(table([['a', 'long'], ['b', 'x'], ['c']])).toBe('a  long\nb  x\nc')
})
