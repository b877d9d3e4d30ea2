import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/model/json.js'
import { httpConfigSchema } from '../../../src/providers/http/http-config.js'
import { providerConfig } from '../../../src/providers/kit/provider-config.js'

const mistakeOf = (config: JsonObject): string => {
  try {
    providerConfig('http', httpConfigSchema, { url: 'http://service', ...config })
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

test('a fitting config is given back', () => {
  expect(mistakeOf({ outputs: { Text: 'data.text', Image: { path: 'data.image', as: 'base64' } } })).toBe('')
})

test('a value that fits no alternative is told by the one that it comes nearest to', () => {
  expect(mistakeOf({ outputs: { Text: { path: 'text' } } })).toMatch(
    /^Provider http: config\.outputs\.Text\.as: Expected value, base64, url$/,
  )
  expect(mistakeOf({ outputs: { Text: 7 } })).toBe(
    'Provider http: config.outputs.Text: Expected text, got a number, or Expected a mapping, got a number',
  )
})

test('every mistake is told', () => {
  const message = mistakeOf({ method: 'SEND', headers: { A: 1 } })
  expect(message).toContain('config.method: Expected ')
  expect(message).toContain('config.headers.A: Expected text, got a number')
})
