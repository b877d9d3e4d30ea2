import { describe, expect, it } from 'vitest'
import { BlueprintError } from '../../src/blueprint/blueprint-error.js'
import type { BlueprintDefinition } from '../../src/blueprint/blueprint-schema.js'
import { compileBlueprint } from '../../src/blueprint/compile/compile-blueprint.js'

const BOOK = `
name: picture-book
description: Six woodcuts
inputs:
  story: text
  pages: { type: integer, default: 6, minimum: 1, maximum: 100 }
  rows: { type: table, description: One row a picture }
  settings: { type: json, default: { style: woodcut } }
loops:
  page: { count: "\${inputs.pages}" }
  row: { over: "\${inputs.rows}" }
  variant: { count: 2 }
producers:
  Script:
    provider: template
    model: small
    version: 2
    config: { template: "{{text}}", shell: "echo $\${HOME}", deep: [{ a: 1 }] }
    with:
      text: "\${inputs.story}"
      fixed: [1, { two: two }]
      mixed: { style: "\${inputs.settings.style}", all: ["a", "\${inputs.pages}"] }
    outputs: { Title: text, Pages: { type: json, loop: page } }
  Picture:
    loop: [page, variant]
    provider: images
    with:
      prompt: "A $$\${inputs.pages} woodcut of \${Script.Pages[page].scene}, $\${literal}"
      previous: "\${Picture[page-1][variant].Image?}"
    when:
      all:
        - { value: "\${Script.Pages[page].kind}", is: picture, isNot: "\${inputs.story}" }
        - { any: [{ value: "\${Picture[page-1][0].Image}", exists: false }, { value: "\${index.page}", atLeast: 1 }] }
    outputs: { Image: image/png }
    retry: { attempts: 4, baseDelay: 1.5s }
    timeout: 2m
  Row:
    loop: row
    provider: template
    with: { prompt: "\${row.prompt}", whole: "\${row}", first: "\${Picture[0][*].Image}" }
    outputs: { Text: text }
`

describe('compiling', () => {
  const blueprint = compileBlueprint(BOOK)
  const { Script, Picture, Row } = Object.fromEntries(blueprint.producers)

  it('keeps names, types, defaults and order', () => {
    expect(blueprint.name).toBe('picture-book')
    expect([...blueprint.inputs.values()]).toMatchObject([
      { name: 'story', type: 'text', default: undefined },
      { name: 'pages', type: 'integer', default: 6, minimum: 1, maximum: 100 },
      { name: 'rows', type: 'table' },
      { name: 'settings', type: 'json', default: { style: 'woodcut' } },
    ])
    expect([...blueprint.loops.values()]).toMatchObject([
      { type: 'count', name: 'page', count: { type: 'input', input: 'pages' } },
      { type: 'over', name: 'row', over: { type: 'input', input: 'rows' } },
      { type: 'count', name: 'variant', count: 2 },
    ])
    expect([...blueprint.producers.keys()]).toEqual(['Script', 'Picture', 'Row'])
    expect(Script).toMatchObject({ provider: 'template', model: 'small', version: '2', loops: [] })
    expect([...Script!.outputs.values()]).toEqual([
      { name: 'Title', type: 'text', loops: [] },
      { name: 'Pages', type: 'json', loops: ['page'] },
    ])
    expect(Picture!.loops).toEqual(['page', 'variant'])
  })

  it('passes one reference as it is, text with references as text, the rest literally', () => {
    expect(Script!.with.get('text')).toMatchObject({ type: 'reference', reference: { input: 'story' } })
    expect(Script!.with.get('fixed')).toEqual({ type: 'literal', value: [1, { two: 'two' }] })
    expect(Script!.with.get('mixed')).toMatchObject({
      type: 'object',
      entries: [
        ['style', { type: 'reference', reference: { path: ['style'] } }],
        ['all', { type: 'list', items: [{ type: 'literal', value: 'a' }, { type: 'reference' }] }],
      ],
    })
    expect(Picture!.with.get('prompt')).toMatchObject({
      type: 'text',
      parts: [
        'A $',
        { type: 'input' },
        ' woodcut of ',
        { type: 'artifact', outputSelectors: [{ loop: 'page', offset: 0 }], path: ['scene'] },
        ', ${literal}',
      ],
    })
    expect(Row!.with.get('whole')).toMatchObject({ reference: { type: 'element', path: [] } })
  })

  it('takes the escapes out of a literal config', () => {
    expect(Script!.config).toEqual({ template: '{{text}}', shell: 'echo ${HOME}', deep: [{ a: 1 }] })
  })

  it('parses selectors, retries, timeouts and conditions', () => {
    expect(Picture!.with.get('previous')).toMatchObject({
      reference: {
        isOptional: true,
        selectors: [
          { type: 'loop', loop: 'page', offset: -1 },
          { type: 'loop', loop: 'variant', offset: 0 },
        ],
      },
    })
    expect(Picture!.retry).toEqual({ attempts: 4, baseDelayMs: 1_500, maxDelayMs: 60_000 })
    expect(Script!.retry).toEqual({ attempts: 3, baseDelayMs: 500, maxDelayMs: 60_000 })
    expect(Picture!.timeoutMs).toBe(120_000)
    expect(Picture!.when).toMatchObject({
      type: 'all',
      conditions: [
        {
          type: 'test',
          value: { type: 'reference' },
          operators: [
            { operator: 'is', operand: { type: 'literal', value: 'picture' } },
            { operator: 'isNot', operand: { type: 'reference' } },
          ],
        },
        { type: 'any' },
      ],
    })
  })

  it('makes references under exists optional, so that they need no question mark', () => {
    const { when } = Picture!
    expect(when).toMatchObject({
      conditions: [{}, { conditions: [{ value: { reference: { isOptional: true } } }, {}] }],
    })
  })

  it('gives the definition in its long form, which compiles to the same', () => {
    const { definition } = blueprint
    expect(definition).toMatchObject({
      inputs: { story: { type: 'text' } },
      producers: { Script: { version: '2', outputs: { Title: { type: 'text' } } }, Row: { loop: ['row'] } },
    })
    expect(compileBlueprint(definition as never)).toEqual(blueprint)
    expect(compileBlueprint(JSON.stringify(definition))).toEqual(blueprint)
  })

  it('takes JSON, a byte order mark, CRLF, anchors and comments', () => {
    const text =
      '\ufeffname: x # why\r\nproducers:\r\n  A: &a { provider: p, outputs: { Text: text } }\r\n  B: *a\r\n'
    expect([...compileBlueprint(text).producers.keys()]).toEqual(['A', 'B'])
    const json = JSON.stringify(compileBlueprint(text).definition, undefined, '\t')
    expect([...compileBlueprint(json).producers.keys()]).toEqual(['A', 'B'])
  })

  it('takes the same blueprint as an object, and keeps it apart from the caller', () => {
    const definition: BlueprintDefinition = {
      name: 'small',
      loops: { page: { count: 2 } },
      producers: {
        A: { loop: ['page'], provider: 'p', config: { size: 1 }, outputs: { Text: { type: 'text' } } },
      },
    }
    const compiled = compileBlueprint(definition)
    definition.producers.A!.config!.size = 2
    expect(compiled.producers.get('A')!.config).toEqual({ size: 1 })
    expect(compiled.definition).toMatchObject({ producers: { A: { config: { size: 1 } } } })
  })

  it('leaves out what is undefined in an object', () => {
    const producer = { provider: 'p', model: undefined, outputs: { Text: 'text' } }
    const { definition } = compileBlueprint({ name: 'x', description: undefined, producers: { A: producer } })
    expect(definition).toEqual({
      name: 'x',
      producers: { A: { provider: 'p', outputs: { Text: { type: 'text' } } } },
    })
  })
})

describe('the error', () => {
  it('has the code, and one line a mistake with file, line and column', () => {
    const text = 'name: x\nproducers:\n  A: { provider: p, outputs: { Text: txt }, tineout: 5s }\n'
    const error = (() => {
      try {
        return compileBlueprint(text, { file: 'dir/b.yaml' })
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(BlueprintError)
    const { code, message, mistakes } = error as BlueprintError
    expect(code).toBe('BLUEPRINT_INVALID')
    expect(mistakes).toMatchObject([
      { file: 'dir/b.yaml', line: 3, column: 38, path: 'producers.A.outputs.Text', suggestion: 'text' },
      { file: 'dir/b.yaml', line: 3, column: 45, path: 'producers.A.tineout', suggestion: 'timeout' },
    ])
    const lines = message.split('\n').slice(1)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('dir/b.yaml:3:38 ')
    expect(lines[1]).toContain('"timeout"')
  })

  it('names only the path for an object', () => {
    const definition = { name: 'x', producers: { A: { provider: 'p', outputs: { Text: 'txt' } } } }
    try {
      compileBlueprint(definition)
      expect.unreachable()
    } catch (error) {
      const [mistake] = (error as BlueprintError).mistakes
      expect(mistake).toMatchObject({ path: 'producers.A.outputs.Text', suggestion: 'text' })
      expect(mistake).not.toHaveProperty('line')
      expect((error as BlueprintError).message).toContain('producers.A.outputs.Text: ')
    }
  })

  it('lists at most 100 mistakes and counts the others', () => {
    const keys = Array.from({ length: 250 }, (_, at) => `k${at}: 1`).join('\n')
    try {
      compileBlueprint(`name: x\nproducers: { A: { provider: p, outputs: { Text: text } } }\n${keys}`)
      expect.unreachable()
    } catch (error) {
      expect((error as BlueprintError).mistakes).toHaveLength(100)
      expect((error as BlueprintError).message).toContain('250')
      expect((error as BlueprintError).message).toContain('150')
    }
  })
})
