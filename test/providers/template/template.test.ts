import { expect, test } from 'vitest'
import type { JobTemplate } from '../../../src/model/job.js'
import type { InputValue } from '../../../src/model/provider/provider.js'
import template from '../../../src/providers/template/template.js'
import { runProvider, valuesOf } from '../../support/jobs/provider-run.js'
import { MemoryBlobs } from '../../support/storage/memory-blobs.js'

type Outputs = JobTemplate['outputs']

async function make(
  config: object,
  outputs: Outputs,
  inputs: Record<string, InputValue>,
  blobs?: MemoryBlobs,
) {
  return await runProvider(template, { config: config as never, outputs }, { inputs }, blobs ? { blobs } : {})
}
const values = async (...given: Parameters<typeof make>) => valuesOf((await make(...given)).outcome)
const failure = async (config: object, outputs: Outputs, inputs = {}) => {
  const { outcome } = await make(config, outputs, inputs)
  return outcome.state === 'failed' ? `${outcome.error.code}: ${outcome.error.message}` : 'succeeded'
}

test('one text output: config.template, with nothing escaped and objects as JSON', async () => {
  const config = { template: '{{city}} & {{#tags}}<{{.}}>{{/tags}} {{more}}' }
  const inputs = { city: 'Rome <3', tags: ['a', 'b'], more: { x: [1] } }
  expect(await values(config, { Text: { type: 'text' } }, inputs)).toEqual({
    Text: 'Rome <3 & <a><b> {"x":[1]}',
  })
})

test('what is not escaped is JSON as well, never [object Object]', async () => {
  const config = { template: '{{{more}}}|{{&tags}}|{{{city}}}|{{#rows}}{{{.}}};{{/rows}}|{{{none}}}' }
  const inputs = { city: 'Rome <3', tags: ['a', 'b'], more: { x: [1] }, rows: [{ a: 1 }, 2], none: null }
  expect(await values(config, { Page: { type: 'text' } }, inputs)).toEqual({
    Page: '{"x":[1]}|["a","b"]|Rome <3|{"a":1};2;|',
  })
})

test('HTML and SVG are escaped, and become bytes', async () => {
  for (const type of ['text/html', 'image/svg+xml']) {
    const { outcome, blobs } = await make(
      { template: '<p>{{name}} {{{raw}}}</p>' },
      { Page: { type } },
      {
        name: '<script>',
        raw: '<b>',
      },
    )
    const [artifact] = outcome.state === 'succeeded' ? outcome.artifacts : []
    expect(artifact?.blob?.mimeType).toBe(type)
    expect(blobs.text(artifact?.blob)).toBe('<p>&lt;script&gt; <b></p>')
  }
})

test('config.json keeps numbers and lists where a string is exactly one reference', async () => {
  const config = {
    json: { title: 'On {{city.name}}', size: '{{count}}', all: '{{list}}', fixed: [1, null, true] },
  }
  const inputs = { city: { name: 'Oslo' }, count: 3, list: [{ a: 1 }] }
  expect(await values(config, { Card: { type: 'json' } }, inputs)).toEqual({
    Card: { title: 'On Oslo', size: 3, all: [{ a: 1 }], fixed: [1, null, true] },
  })
})

test('several outputs, numbers, booleans, and a list rendered once an element', async () => {
  const config = {
    outputs: {
      Title: 'The {{what}}',
      Pages: { scene: '{{what}} {{number}}', at: '{{index}}' },
      Long: '{{count}}',
      Big: 'true',
    },
  }
  const outputs = {
    Title: { type: 'text' },
    Pages: { type: 'json', count: 2 },
    Long: { type: 'number' },
    Big: { type: 'boolean' },
  }
  expect(await values(config, outputs, { what: 'Fox', count: 2 })).toEqual({
    Title: 'The Fox',
    Pages: [
      { scene: 'Fox 1', at: 0 },
      { scene: 'Fox 2', at: 1 },
    ],
    Long: 2,
    Big: true,
  })
})

test('without a template an output takes the input of its name', async () => {
  const outputs = { Title: { type: 'text' }, PageList: { type: 'json', count: 2 } }
  expect(await values({}, outputs, { title: 'x', pageList: [{ a: 1 }, 2], other: 0 })).toEqual({
    Title: 'x',
    PageList: [{ a: 1 }, 2],
  })
})

test('a list of a million texts is taken as it is', async () => {
  const lines = Array.from({ length: 1_000_000 }, (_, index) => `line ${index}`)
  const { outcome } = await runProvider(
    template,
    { config: { template: '{{lines.999999}}' } },
    { inputs: { lines } },
  )
  expect(valuesOf(outcome)).toEqual({ Text: 'line 999999' })
})

test('a text blob among the inputs appears as its text', async () => {
  const blobs = new MemoryBlobs()
  const page = await blobs.put(Buffer.from('<i>hi</i>'), 'text/html')
  const config = { template: '[{{pages.0}}]' }
  expect(await values(config, { Text: { type: 'text' } }, { pages: [page] }, blobs)).toEqual({
    Text: '[<i>hi</i>]',
  })
})

test('mistakes are invalid and name their place', async () => {
  const text = { Text: { type: 'text' } }
  const two = { A: { type: 'text' }, B: { type: 'text' } }
  expect(await failure({}, text)).toMatch(/^invalid: .*"Text".*input "text"/)
  expect(await failure({ template: 'x' }, two)).toMatch(/^invalid: .*A, B use config.outputs/)
  expect(await failure({ template: 'x', json: 1 }, text)).toMatch(/^invalid/)
  expect(await failure({ outputs: { Tekst: 'x' } }, text)).toMatch(/^invalid: .*outputs\.Tekst.*Text/)
  expect(await failure({ template: 5 }, text)).toMatch(/^invalid: .*config\.template: .*text/)
  expect(await failure({ templat: 'x' }, text)).toMatch(/^invalid: .*templat/)
  expect(await failure({ template: '{"a": "{{x}}"}' }, { Out: { type: 'json' } })).toMatch(/config\.json/)
  expect(await failure({ template: '{{#open}}' }, text)).toMatch(/^invalid: .*Unclosed section/)
  expect(await failure({ template: 'many' }, { Count: { type: 'number' } })).toMatch(/^bug: .*a number.*many/)
})
