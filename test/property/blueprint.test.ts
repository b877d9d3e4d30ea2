import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileBlueprint } from '../../src/blueprint/compile/compile-blueprint.js'
import { parseTemplate } from '../../src/blueprint/reference/parse-template.js'
import { createPlan } from '../../src/plan/create-plan.js'
import { mistakesIn } from '../support/blueprint/blueprint-mistakes.js'
import { rounds } from '../support/rounds.js'

const BOOK = `name: picture-book
inputs:
  story: text
  pages: { type: integer, default: 3, minimum: 1 }
loops:
  page: { count: "\${inputs.pages}" }
producers:
  Script:
    provider: template
    with: { text: "\${inputs.story}", count: "\${inputs.pages}" }
    outputs: { Title: text, Pages: { type: json, loop: page } }
  Picture: &picture
    loop: page
    provider: images
    with: { prompt: "A woodcut of \${Script.Pages[page].scene}", previous: "\${Picture[page-1].Image?}" }
    when: { all: [{ value: "\${Script.Pages[page].kind}", is: picture }] }
    outputs: { Image: image/png }
    retry: { attempts: 4, baseDelay: 1s }
    timeout: 2m
`

/** Pieces that mean something to the language, so that random text goes deep. */
const piece = fc.constantFrom(
  ...['${', '}', '$${', '${Script.Title}', '${Picture[page-1].Image?}', '[', ']', '[*]', '{', ',', ':', ': '],
  ...[
    '\n',
    '\n  ',
    '- ',
    '*picture',
    '&a ',
    '"',
    "'",
    '|',
    '>',
    '?',
    '#',
    '!tag ',
    '---',
    '%YAML 1.1\n',
    '\t',
  ],
  ...[
    '__proto__',
    'constructor',
    'inputs',
    'index',
    'page',
    'Script',
    'null',
    '~',
    '1e999',
    '.nan',
    '-1',
    '\u0000',
  ],
)

/** Replaces a part of the right blueprint by something else. */
const mutated = fc
  .array(fc.tuple(fc.nat(BOOK.length), fc.nat(12), fc.oneof(piece, fc.string({ maxLength: 6 }))), {
    minLength: 1,
    maxLength: 4,
  })
  .map(edits =>
    edits.reduce((text, [at, length, insert]) => text.slice(0, at) + insert + text.slice(at + length), BOOK),
  )

const anyText = fc.oneof(
  mutated,
  fc
    .array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 40 })
    .map(parts => parts.join('')),
)

describe('the blueprint parser', () => {
  it('throws nothing but its own error on random text, with places inside it', () => {
    fc.assert(
      fc.property(anyText, text => {
        const lineCount = text.split(/\r?\n/).length
        for (const { line, column, message } of mistakesIn(text)) {
          expect(line).toBeGreaterThanOrEqual(1)
          expect(line).toBeLessThanOrEqual(lineCount + 1)
          expect(column).toBeGreaterThanOrEqual(1)
          expect(message).not.toBe('')
        }
      }),
      { numRuns: rounds(300, 1_000) },
    )
  })

  it('throws nothing but its own error on random objects in the shape of a blueprint', () => {
    const value = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
      fc.jsonValue(),
      piece,
    )
    const field = (...names: string[]) =>
      fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value)
    const shape = fc.record(
      {
        name: fc.oneof(fc.constant('x'), value),
        inputs: fc.oneof(fc.dictionary(piece, fc.oneof(field('type', 'default', 'options'), value)), value),
        loops: fc.oneof(fc.dictionary(piece, fc.oneof(field('count', 'over'), value)), value),
        producers: fc.oneof(
          fc.dictionary(
            fc.constantFrom('A', 'B', 'b'),
            fc.oneof(
              field('provider', 'with', 'when', 'outputs', 'loop', 'retry', 'config', 'timeout'),
              value,
            ),
          ),
          value,
        ),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(shape, value), source => {
        mistakesIn(source)
      }),
      { numRuns: rounds(300, 1_000) },
    )
  })

  it('gives the same blueprint for its text, its object and its normal definition', () => {
    fc.assert(
      fc.property(mutated, text => {
        fc.pre(mistakesIn(text).length === 0)
        const compiled = compileBlueprint(text)
        expect(compileBlueprint(compiled.definition as never)).toEqual(compiled)
        expect(compileBlueprint(JSON.stringify(compiled.definition))).toEqual(compiled)
      }),
      { numRuns: rounds(15, 50) },
    )
  })

  it('keeps the text of a template without references', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        fc.pre(!text.includes('${'))
        expect(parseTemplate(text)).toEqual({ parts: text === '' ? [] : [text], faults: [] })
        const escaped = `$\${${text}`
        expect(parseTemplate(escaped)).toEqual({ parts: [`\${${text}`], faults: [] })
      }),
    )
  })
})

describe('cycles', () => {
  const LOOPS = ['page', 'take']
  const selector = (loop: string) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(`[${loop}]`, `[${loop}-1]`, `[${loop}+1]`) },
      { weight: 1, arbitrary: fc.constantFrom('[*]', '[0]') },
    )
  const read = fc.record({
    from: fc.nat(2),
    to: fc.nat(2),
    selectors: fc.tuple(selector('page'), selector('take')),
  })

  /** Three producers in the first `loopCount` loops that read each other. */
  const definitionOf = (
    loopCount: number,
    extents: number[],
    reads: { from: number; to: number; selectors: string[] }[],
  ) => ({
    name: 'x',
    loops: Object.fromEntries(LOOPS.map((loop, at) => [loop, { count: extents[at]! }])),
    producers: Object.fromEntries(
      [0, 1, 2].map(number => [
        `P${number}`,
        {
          provider: 'p',
          ...(loopCount > 0 && { loop: LOOPS.slice(0, loopCount) }),
          with: Object.fromEntries(
            reads
              .filter(({ from }) => from === number)
              .map(({ to, selectors }, at) => [
                `r${at}`,
                `\${P${to}${selectors.slice(0, loopCount).join('')}.Text?}`,
              ]),
          ),
          outputs: { Text: 'text' },
        },
      ]),
    ),
  })

  it('that pass the check never leave a job waiting for ever', () => {
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 2, max: 3 })),
        fc.array(read, { minLength: 1, maxLength: 5 }),
        (loopCount, extents, reads) => {
          const definition = definitionOf(loopCount, extents, reads)
          fc.pre(mistakesIn(definition).length === 0)
          const plan = createPlan(compileBlueprint(definition), new Map())
          expect(plan.layers.sizes.reduce((sum, size) => sum + size, 0)).toBe(plan.jobCount)
        },
      ),
      { numRuns: rounds(300, 1_000) },
    )
  })

  it('that really close are always refused', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ from: fc.nat(2), to: fc.nat(2) }), { minLength: 1, maxLength: 5 }),
        edges => {
          const reads = edges.map(edge => ({ ...edge, selectors: ['[page]', '[take]'] }))
          const next = (names: Set<number>) =>
            new Set(edges.filter(({ from }) => names.has(from)).map(({ to }) => to))
          const reaches = (start: number) => {
            let names = next(new Set([start]))
            for (let step = 0; step < 3; step++) names = new Set([...names, ...next(names)])
            return names.has(start)
          }
          const isCyclic = [0, 1, 2].some(reaches)
          expect(mistakesIn(definitionOf(2, [2, 2], reads)).length > 0).toBe(isCyclic)
        },
      ),
      { numRuns: rounds(100, 300) },
    )
  })
})
