import { describe, expect, it } from 'vitest'
import { parseReference } from '../../../src/blueprint/reference/parse-reference.js'

describe('a reference', () => {
  const right: [string, object][] = [
    ['${inputs.story}', { type: 'input', input: 'story', path: [], isOptional: false }],
    ['${inputs.settings.a[0]["odd key"]}', { input: 'settings', path: ['a', 0, 'odd key'] }],
    ["${row['b]}']}", { type: 'element', loop: 'row', path: ['b]}'] }],
    ['${row.größe}', { path: ['größe'] }],
    ['${row.naïve-ж}', { path: ['naïve-ж'] }],
    ['${row.first-name}', { path: ['first-name'] }],
    ['${ index.page }', { type: 'index', loop: 'page' }],
    ['${Script.Title?}', { type: 'artifact', producer: 'Script', output: 'Title', isOptional: true }],
    [
      '${Clip[page-1][*][2].Video}',
      {
        selectors: [{ type: 'loop', loop: 'page', offset: -1 }, { type: 'all' }, { type: 'fixed', index: 2 }],
        brackets: [],
      },
    ],
    ['${Clip[ page + 10 ].Video}', { selectors: [{ type: 'loop', loop: 'page', offset: 10 }] }],
    ['${Clip[page-0].Video}', { selectors: [{ type: 'loop', loop: 'page', offset: 0 }] }],
    [
      '${Script.Pages[page][0]["k"].scene[1]}',
      {
        brackets: [
          { type: 'loop', loop: 'page', offset: 0 },
          { type: 'fixed', index: 0 },
          { type: 'key', key: 'k' },
        ],
        path: ['scene', 1],
      },
    ],
  ]
  it.each(right)('reads %s', (text, expected) => {
    expect(parseReference(text)).toMatchObject({ reference: { source: text, ...expected }, end: text.length })
  })

  it('starts and ends where it stands in a text', () => {
    const parsed = parseReference('a ${inputs.b} c', 2)
    expect(parsed).toMatchObject({ reference: { source: '${inputs.b}' }, end: 13 })
  })

  it.each([
    '${}',
    '${inputs}',
    '${index}',
    '${index.page.x}',
    '${Script}',
    '${Script?}',
    '${Script.}',
    '${Script[page.Title}',
    '${Script[-1].Title}',
    '${Script[page-].Title}',
    '${Script[].Title}',
    '${Script[1234567890].Title}',
    '${Script.Title',
    '${Script.Title ?? 1}',
    '${a + b}',
    '${1}',
    '${row.0}',
    '${row[*]}',
    '${row[page]}',
    '${row["\\x"]}',
    '${row.__proto__}',
    '${row["constructor"]}',
    '${Script.Data.prototype}',
    'no reference',
  ])('refuses %s', text => {
    expect(parseReference(text)).toHaveProperty('fault')
  })

  it('goes on behind the brace of a reference it cannot read', () => {
    expect(parseReference('${!} ${inputs.a}')).toMatchObject({ end: 4 })
  })
})
