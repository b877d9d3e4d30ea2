import { expect, test } from 'vitest'
import { jobModel } from '../../../src/engine/provider/called/job-model.js'
import type { JsonObject } from '../../../src/model/json.js'

const INPUTS = { model: 'big', row: { Model: 'small', size: 3 }, text: 'a fox' }

function modelOf(config: JsonObject, { isOwnCode = false } = {}): string | undefined {
  const found = jobModel({ with: new Map(Object.keys(INPUTS).map(name => [name, null!])) }, isOwnCode, config)
  return typeof found === 'function' ? found(INPUTS) : found
}

test.each<[string, JsonObject, string | undefined]>([
  ['a field of the body', { body: { model: '{{model}}' } }, 'big'],
  ['a part of an input', { body: { model: '{{row.Model}}' } }, 'small'],
  [
    'a vendor before it, unescaped',
    { body: { model: 'openai/{{{ row.Model }}}-v{{row.size}}' } },
    'openai/small-v3',
  ],
  ['another name for it', { body: { deployment_id: '{{model}}' } }, 'big'],
  ['the config itself', { modelId: '{{model}}' }, 'big'],
  [
    'a part of the address',
    { url: 'https://a.test/v1/models/{{model}}:generate', body: { p: '{{text}}' } },
    'big',
  ],
  ['an input that is not there', { body: { model: '{{row.Modell}}' } }, ''],
  ['a template with a condition', { body: { model: '{{#row}}x{{/row}}' } }, 'unknown'],
  ['no model at all', { url: 'https://a.test/{{text}}', body: { prompt: '{{model}}' } }, undefined],
])('the model of a job, by %s', (_, config, model) => {
  expect(modelOf(config)).toBe(model)
})

test('code of the user names it by an input, a built-in provider does not', () => {
  expect(modelOf({}, { isOwnCode: true })).toBe('big')
  expect(modelOf({})).toBeUndefined()
})
