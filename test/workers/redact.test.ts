import { expect, test } from 'vitest'
import { redactor } from '../../src/workers/redact.js'

test.each([
  ['in the environment', {}, { FAL_KEY: 'id-12345:secret' }],
  ['in a field of the config', { key: 'id-12345:secret' }, {}],
  ['among the credentials of an API', { auth: { bearer: 'id-12345:secret' } }, {}],
  ['in a header of its own', { headers: { 'x-api-key': 'id-12345:secret' } }, {}],
])('a key %s is blanked out', (_, config, environment) => {
  expect(redactor(config, environment)('your key id-12345:secret is odd')).toBe('your key [secret] is odd')
})

test('ordinary words stay', () => {
  const clean = redactor({ keyboard: 'a long text', author: 'Ada Lovelace', style: 'monkey business' }, {})
  expect(clean('a long text by Ada Lovelace, monkey business')).toBe(
    'a long text by Ada Lovelace, monkey business',
  )
})
