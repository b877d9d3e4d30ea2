import { describe, expect, it } from 'vitest'
import type { Mistake } from '../../src/diagnostics/mistake.js'
import { mistakesIn } from '../support/blueprint/blueprint-mistakes.js'

describe('the rest of the file', () => {
  const producer = 'producers: { A: { provider: p, outputs: { Text: text } } }'
  const cases: [string, string, Partial<Mistake>][] = [
    [
      'an unknown key',
      `name: x\nproducer: 1\n${producer}`,
      { path: 'producer', suggestion: 'producers', line: 2 },
    ],
    ['a wrong type', `name: 7\n${producer}`, { path: 'name', line: 1 }],
    ['a bad movie name', `name: ../etc\n${producer}`, { path: 'name', line: 1 }],
    ['a duplicate key', `name: x\nname: y\n${producer}`, { line: 2 }],
    ['malformed YAML', 'name: [x\nproducers: {', {}],
    [
      'a check that checks nothing',
      'name: x\nproducers: { A: { provider: p, outputs: { Text: text }, check: { attempts: 2 } } }',
      { path: 'producers.A.check' },
    ],
    [
      'a check of an output that is not there',
      'name: x\nproducers: { A: { provider: p, outputs: { Text: text }, check: { schema: { Txt: {} } } } }',
      { path: 'producers.A.check.schema.Txt', suggestion: 'Text' },
    ],
    [
      'a condition of a check on an output that is not there',
      'name: x\nproducers:\n  A: { provider: p, outputs: { Text: text }, check: { that: { value: "${outputs.Txt}", is: a } } }',
      { path: 'producers.A.check.that.value', suggestion: 'Text', line: 3 },
    ],
    [
      'a condition of a check on what its provider does not get',
      'name: x\nproducers:\n  A: { provider: p, with: { name: a }, outputs: { Text: text }, check: { that: [{ value: "${outputs.Text}", is: "${with.nam}" }] } }',
      { path: 'producers.A.check.that.0.is', suggestion: 'name', line: 3 },
    ],
    [
      'a condition of a check on another producer',
      'name: x\nproducers:\n  A: { provider: p, outputs: { Text: text }, check: { that: { value: "${A.Text}", is: a } } }',
      { path: 'producers.A.check.that.value', line: 3 },
    ],
    [
      'a rule of stopping without a share',
      `name: x\nstop: { after: 3 }\n${producer}`,
      { path: 'stop', line: 2 },
    ],
    [
      'a key that a rule of stopping does not have',
      `name: x\nstop: { failureRat: 0.5, failureRate: 0.5 }\n${producer}`,
      { path: 'stop.failureRat', suggestion: 'failureRate', line: 2 },
    ],
    ['no producers', 'name: x\nproducers: {}', { path: 'producers' }],
    [
      'no outputs',
      'name: x\nproducers: { A: { provider: p, outputs: {} } }',
      { path: 'producers.A.outputs' },
    ],
    [
      'a slash in an output',
      'name: x\nproducers: { A: { provider: p, outputs: { "a/b": text } } }',
      { path: 'producers.A.outputs.a/b' },
    ],
    [
      'an unknown output type',
      'name: x\nproducers: { A: { provider: p, outputs: { Text: txt } } }',
      { suggestion: 'text' },
    ],
    [
      'an unknown loop',
      'name: x\nproducers: { A: { provider: p, loop: pag, outputs: { Text: text } } }',
      { path: 'producers.A.loop' },
    ],
    [
      'a small producer name',
      'name: x\nproducers: { a: { provider: p, outputs: { Text: text } } }',
      { path: 'producers.a' },
    ],
    ['__proto__ as a key', `name: x\n__proto__: { a: 1 }\n${producer}`, { line: 2 }],
    [
      'a duration without unit',
      'name: x\nproducers: { A: { provider: p, timeout: 5, outputs: { Text: text } } }',
      { path: 'producers.A.timeout' },
    ],
    [
      'a reference in config',
      'name: x\nproducers: { A: { provider: p, config: { a: "${inputs.x}" }, outputs: { Text: text } } }',
      { path: 'producers.A.config.a' },
    ],
    [
      'a condition without operator',
      'name: x\nproducers: { A: { provider: p, when: { value: 1 }, outputs: { Text: text } } }',
      { path: 'producers.A.when' },
    ],
    [
      'a bad pattern',
      'name: x\nproducers: { A: { provider: p, when: { value: a, matches: "(" }, outputs: { Text: text } } }',
      { path: 'producers.A.when.matches' },
    ],
    [
      'an unknown operator',
      'name: x\nproducers: { A: { provider: p, when: { value: a, iz: 1 }, outputs: { Text: text } } }',
      { suggestion: 'is' },
    ],
    [
      'a loop over an artifact without its most elements',
      'name: x\nloops: { l: { over: "${A.List}" } }\nproducers: { A: { provider: p, outputs: { List: json } } }',
      { path: 'loops.l' },
    ],
    [
      'a loop over an artifact that is no json',
      'name: x\nloops: { l: { over: "${A.List}", max: 3 } }\nproducers: { A: { provider: p, outputs: { List: text } } }',
      { path: 'loops.l.over' },
    ],
    [
      'a loop over what its own jobs make',
      'name: x\nloops: { l: { over: "${A[l].List}", max: 3 } }\nproducers: { A: { loop: l, provider: p, outputs: { List: json } } }',
      { path: 'loops.l.over' },
    ],
    [
      'a loop over what reads the jobs inside of it',
      'name: x\nloops: { l: { over: "${A.List}", max: 3 } }\nproducers: { A: { provider: p, with: { all: "${B[*].Text}" }, outputs: { List: json } }, B: { loop: l, provider: p, outputs: { Text: text } } }',
      { path: 'loops.l', message: expect.stringContaining('B → A → B') },
    ],
    [
      'a loop outside of the one that its lists depend on',
      'name: x\ninputs: { rows: json }\nloops: { row: { over: "${inputs.rows}" }, part: { over: "${row.parts}" } }\nproducers: { A: { loop: [part, row], provider: p, outputs: { Text: text } } }',
      { path: 'producers.A.loop' },
    ],
    [
      'a fixed index of a list that may be shorter',
      'name: x\nloops: { l: { over: "${A.List}", max: 3, min: 1 } }\nproducers: { A: { provider: p, outputs: { List: json } }, B: { loop: l, provider: p, outputs: { Text: text } }, C: { provider: p, with: { one: "${B[0].Text}", two: "${B[1].Text}" }, outputs: { Text: text } } }',
      { path: 'producers.C.with.two' },
    ],
    ['a name with spaces', `name: Picture Book\n${producer}`, { suggestion: 'picture-book', column: 7 }],
    ['a missing name', producer, { path: '' }],
    ['missing producers', 'name: x', { path: '' }],
    ['a list for producers', 'name: x\nproducers: [1]', { path: 'producers', line: 2 }],
    ['an unknown input type', `name: x\ninputs: { a: txt }\n${producer}`, { suggestion: 'text', column: 14 }],
    [
      'an unknown key of an input',
      `name: x\ninputs: { a: { type: text, defalt: b } }\n${producer}`,
      { path: 'inputs.a.defalt', suggestion: 'default' },
    ],
    [
      'a default of the wrong type',
      `name: x\ninputs: { a: { type: integer, default: "6" } }\n${producer}`,
      { path: 'inputs.a.default', column: 40 },
    ],
    [
      'a default out of range',
      `name: x\ninputs: { a: { type: integer, default: 6, maximum: 5 } }\n${producer}`,
      { path: 'inputs.a.default' },
    ],
    [
      'a default that is no option',
      `name: x\ninputs: { a: { type: text, default: hapy, options: [happy, sad] } }\n${producer}`,
      { path: 'inputs.a.default', suggestion: 'happy' },
    ],
    [
      'a bad row in a default table',
      `name: x\ninputs: { a: { type: table, default: [{ a: 1 }, 2] } }\n${producer}`,
      { path: 'inputs.a.default.1', column: 49 },
    ],
    [
      'an option of the wrong type',
      `name: x\ninputs: { a: { type: integer, options: [1, two] } }\n${producer}`,
      { path: 'inputs.a.options.1' },
    ],
    [
      'limits of a text',
      `name: x\ninputs: { a: { type: text, minimum: 1 } }\n${producer}`,
      { path: 'inputs.a.minimum' },
    ],
    [
      'a minimum above the maximum',
      `name: x\ninputs: { a: { type: number, minimum: 2, maximum: 1 } }\n${producer}`,
      { path: 'inputs.a.minimum' },
    ],
    [
      'an input with a capital letter',
      `name: x\ninputs: { Style: text }\n${producer}`,
      { path: 'inputs.Style', suggestion: 'style' },
    ],
    ['a loop called index', `name: x\nloops: { index: { count: 2 } }\n${producer}`, { path: 'loops.index' }],
    ['a negative count', `name: x\nloops: { l: { count: -1 } }\n${producer}`, { path: 'loops.l.count' }],
    ['a fractional count', `name: x\nloops: { l: { count: 1.5 } }\n${producer}`, { path: 'loops.l.count' }],
    [
      'a count in a text',
      `name: x\ninputs: { n: integer }\nloops: { l: { count: "n=\${inputs.n}" } }\n${producer}`,
      { path: 'loops.l.count' },
    ],
    [
      'a loop over nothing known',
      `name: x\ninputs: { rows: table }\nloops: { l: { over: "\${inputs.row}" } }\n${producer}`,
      { path: 'loops.l.over', suggestion: 'rows', column: 22 },
    ],
    [
      'a loop over an optional value',
      `name: x\ninputs: { rows: table }\nloops: { l: { over: "\${inputs.rows?}" } }\n${producer}`,
      { path: 'loops.l.over' },
    ],
    [
      'a loop with both',
      `name: x\ninputs: { rows: table }\nloops: { l: { count: 1, over: "\${inputs.rows}" } }\n${producer}`,
      { path: 'loops.l' },
    ],
    [
      'a loop named twice',
      'name: x\nloops: { l: { count: 1 } }\nproducers: { A: { provider: p, loop: [l, l], outputs: { Text: text } } }',
      { path: 'producers.A.loop.1' },
    ],
    [
      'a misspelt MIME type',
      'name: x\nproducers: { A: { provider: p, outputs: { Image: "image/png/x" } } }',
      { suggestion: 'image/png' },
    ],
    ['no provider', 'name: x\nproducers: { A: { outputs: { Text: text } } }', { path: 'producers.A' }],
    [
      'a model that is no text',
      'name: x\nproducers: { A: { provider: p, model: 5, outputs: { Text: text } } }',
      { path: 'producers.A.model' },
    ],
    [
      'a provider of a list that is no text',
      'name: x\nproducers: { A: { provider: [p, 5], outputs: { Text: text } } }',
      { path: 'producers.A.provider.1', line: 2, column: 33 },
    ],
    [
      'an empty list of providers',
      'name: x\nproducers: { A: { provider: [], outputs: { Text: text } } }',
      { path: 'producers.A.provider' },
    ],
    [
      'more models than providers',
      'name: x\nproducers: { A: { provider: [p, q], model: [a, b, c], outputs: { Text: text } } }',
      { path: 'producers.A.model' },
    ],
    [
      'a provider that is asked twice',
      'name: x\nproducers: { A: { provider: [p, q, p], outputs: { Text: text } } }',
      { path: 'producers.A.provider.2' },
    ],
    [
      'a model that is asked twice',
      'name: x\nproducers: { A: { provider: p, model: [a, a], outputs: { Text: text } } }',
      { path: 'producers.A.model.1' },
    ],
    [
      'a fallback without a second provider',
      'name: x\nproducers: { A: { provider: p, fallback: { on: [content] }, outputs: { Text: text } } }',
      { path: 'producers.A.fallback' },
    ],
    [
      'a fallback on what is no failure',
      'name: x\nproducers: { A: { provider: [p, q], fallback: { on: [overladed] }, outputs: { Text: text } } }',
      { path: 'producers.A.fallback.on.0', suggestion: 'overloaded' },
    ],
    [
      'a reference in a model',
      'name: x\nproducers: { A: { provider: p, model: "m ${inputs.x}", outputs: { Text: text } } }',
      { path: 'producers.A.model', column: 42 },
    ],
    [
      'a reference in a key',
      'name: x\nproducers: { A: { provider: p, with: { a: { "${inputs.x}": 1 } }, outputs: { Text: text } } }',
      { path: 'producers.A.with.a.${inputs.x}' },
    ],
    [
      'a with name with spaces',
      'name: x\nproducers: { A: { provider: p, with: { "a b": 1 }, outputs: { Text: text } } }',
      { path: 'producers.A.with.a b', suggestion: 'aB' },
    ],
    [
      'a bare number as a duration',
      'name: x\nproducers: { A: { provider: p, timeout: 5, outputs: { Text: text } } }',
      { path: 'producers.A.timeout', suggestion: '5s' },
    ],
    [
      'no time at all',
      'name: x\nproducers: { A: { provider: p, timeout: 0s, outputs: { Text: text } } }',
      { path: 'producers.A.timeout' },
    ],
    [
      'no attempts',
      'name: x\nproducers: { A: { provider: p, retry: { attempts: 0 }, outputs: { Text: text } } }',
      { path: 'producers.A.retry.attempts' },
    ],
    [
      'delays the wrong way round',
      'name: x\nproducers: { A: { provider: p, retry: { baseDelay: 5s, maxDelay: 1s }, outputs: { Text: text } } }',
      { path: 'producers.A.retry.maxDelay' },
    ],
    [
      'all beside any',
      'name: x\nproducers: { A: { provider: p, when: { all: [], any: [] }, outputs: { Text: text } } }',
      { path: 'producers.A.when' },
    ],
    [
      'an empty all',
      'name: x\nproducers: { A: { provider: p, when: { all: [] }, outputs: { Text: text } } }',
      { path: 'producers.A.when.all' },
    ],
    [
      'an operator beside all',
      'name: x\nproducers: { A: { provider: p, when: { all: [{ value: 1, is: 1 }], is: 1 }, outputs: { Text: text } } }',
      { path: 'producers.A.when.is' },
    ],
    [
      'exists with a text',
      'name: x\nproducers: { A: { provider: p, when: { value: a, exists: "yes" }, outputs: { Text: text } } }',
      { path: 'producers.A.when.exists' },
    ],
    [
      'in with a number',
      'name: x\nproducers: { A: { provider: p, when: { value: a, in: 3 }, outputs: { Text: text } } }',
      { path: 'producers.A.when.in' },
    ],
    [
      'a long pattern',
      `name: x\nproducers: { A: { provider: p, when: { value: a, matches: ${'a'.repeat(1_001)} }, outputs: { Text: text } } }`,
      { path: 'producers.A.when.matches' },
    ],
    [
      'an operand that is not there',
      'name: x\nproducers: { A: { provider: p, when: { all: [{ value: 1, is: "${inputs.a}" }] }, outputs: { Text: text } } }',
      { path: 'producers.A.when.all.0.is' },
    ],
    [
      'a comparison of bytes',
      'name: x\nproducers: { A: { provider: p, outputs: { I: image/png } }, B: { provider: p, when: { value: "${A.I}", is: 1 }, outputs: { Text: text } } }',
      { path: 'producers.B.when.value' },
    ],
    ['a loop with neither', `name: x\nloops: { l: {} }\n${producer}`, { path: 'loops.l' }],
    [
      'a count over text',
      `name: x\ninputs: { a: text }\nloops: { l: { count: "\${inputs.a}" } }\n${producer}`,
      { path: 'loops.l.count' },
    ],
  ]
  it.each(cases)('reports %s', (_, yaml, expected) => {
    const mistakes = mistakesIn(yaml)
    expect(mistakes).toContainEqual(expect.objectContaining(expected))
  })
})
