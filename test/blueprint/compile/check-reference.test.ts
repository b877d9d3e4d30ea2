import { describe, expect, it } from 'vitest'
import type { Mistake } from '../../../src/diagnostics/mistake.js'
import { mistakesIn } from '../../support/blueprint/blueprint-mistakes.js'

const HEAD = `name: demo
inputs:
  story: text
  pages: { type: integer, default: 3 }
  rows: table
loops:
  page: { count: "\${inputs.pages}" }
  row: { over: "\${inputs.rows}" }
  fixed: { count: 2 }
producers:
  Script: { provider: p, outputs: { Title: text, Data: json, Pages: { type: json, loop: page } } }
  Clip: { provider: p, loop: page, outputs: { Video: video/mp4, Text: text } }
  Pair: { provider: p, loop: [page, fixed], outputs: { Text: text } }
`

/** Adds a producer `It`, looped over `loop`, that reads one value. */
const reading = (value: string, loop = '') =>
  `${HEAD}  It:\n    provider: p\n${loop === '' ? '' : `    loop: ${loop}\n`}    with:\n      value: "${value}"\n    outputs: { Text: text }\n`

/** Of the last `${` that opens a reference. */
const faultOffset = (value: string) => value.lastIndexOf('${')

describe('references', () => {
  const right: [string, string?][] = [
    ['${inputs.story}'],
    ['${Script.Title}'],
    ['${Script.Data.a.b[0].c}'],
    ['${Script.Pages[page].scene}', 'page'],
    ['${Script.Pages[*].scene}'],
    ['${Script.Pages[0][1]}'],
    ['${Clip[page].Text}', 'page'],
    ['${Clip[page-1].Text?}', 'page'],
    ['${Clip[ page + 1 ].Text?}', 'page'],
    ['${Clip[*].Video}'],
    ['${Pair[page][*].Text}', 'page'],
    ['${Pair[*][1].Text}'],
    ['${row.prompt}', 'row'],
    ['${row}', 'row'],
    ['${index.row}', 'row'],
    ['$${not a reference}'],
    ['It is ${Script.Title}, ${inputs.story} and $${this}'],
    ['${It[page-1].Text?}', 'page'],
    ['${It[page-1].Text?} and ${It[page-2].Text?}', 'page'],
    ['${It[page+1].Text?}', 'page'],
    ['${inputs.rows[0].prompt}'],
    ["${Script.Data['odd key']}"],
    ['${Script.Data.a?}'],
    ['${Pair[page-1][*].Text}', 'page'],
    ['${Pair[page-1][0].Text?}', 'page'],
    ['all of ${Script.Pages[*].scene}'],
  ]
  it.each(right)('accepts %s', (value, loop) => {
    expect(mistakesIn(reading(value, loop))).toEqual([])
  })

  const wrong: [string, string, Partial<Mistake>][] = [
    ['${inputs.stori}', '', { suggestion: 'story' }],
    ['${inputs.story.length}', '', { suggestion: '${inputs.story}' }],
    ['${inputs.pages[0]}', '', { suggestion: '${inputs.pages}' }],
    ['text before ${inputs.stori}', '', { suggestion: 'story' }],
    ['$${text} ${inputs.story} ${inputs.stori}', '', { suggestion: 'story' }],
    ['${script.Title}', '', { suggestion: '${Script.Title}' }],
    ['${index.pag}', 'page', { suggestion: 'page' }],
    ['${Script.Pages[page].a}', '', {}],
    ['${Script.Data[page]}', 'page', {}],
    ["${Script.Pages['x']}", '', {}],
    ["${Clip['x'].Text}", '', {}],
    ['${Clip[pag].Text}', 'page', {}],
    ['${Clip[page][page].Text}', 'page', {}],
    ['${Pair[page].Text}', 'page', {}],
    ['${Pair[fixed][page].Text}', '[page, fixed]', {}],
    ['${Clip[page+1].Text}', 'page', {}],
    ['all of ${Clip[*].Video}', '', {}],
    ['${Clip[*].Text.x}', '', {}],
    ['${Scrip.Title}', '', { suggestion: 'Script' }],
    ['${Script.Titel}', '', { suggestion: 'Title' }],
    ['${roww.prompt}', 'row', { suggestion: 'row' }],
    ['${row.prompt}', '', {}],
    ['${page.x}', 'page', { suggestion: '${index.page}' }],
    ['${index.row}', 'page', {}],
    ['${story}', '', { suggestion: '${inputs.story}' }],
    ['${Clip.Text}', 'page', {}],
    ['${Clip[page].Text}', '', {}],
    ['${Clip[row].Text}', 'row', {}],
    ['${Script[page].Title}', 'page', {}],
    ['${Script.Pages}', '', {}],
    ['${Clip[page-1].Text}', 'page', {}],
    ['${Pair[page][2].Text}', 'page', {}],
    ['${Pair[page][fixed-2].Text?}', '[page, fixed]', {}],
    ['${Script.Title.x}', '', {}],
    ['a clip ${Clip[0].Video}', '', {}],
    ['${It.Text}', '', {}],
    ['${Script.Data.__proto__}', '', {}],
    ['${', '', {}],
    ['${}', '', {}],
    ['${Script}', '', {}],
    ['${Script.Title', '', {}],
  ]
  it.each(wrong)('refuses %s in loop "%s"', (value, loop, expected) => {
    const [mistake, ...more] = mistakesIn(reading(value, loop))
    expect(more).toEqual([])
    expect(mistake).toMatchObject({ file: 'b.yaml', path: 'producers.It.with.value', ...expected })
    expect(mistake!.line).toBe(loop === '' ? 17 : 18)
    expect(mistake!.column).toBe(15 + faultOffset(value))
  })

  it('shows how to write a selector that is missing', () => {
    const [mistake] = mistakesIn(reading('${Script.Pages.scene}', 'page'))
    expect(mistake!.message).toContain('${Script.Pages[page].scene}')
    expect(mistake!.message).toContain('${Script.Pages[*].scene}')
  })
})
