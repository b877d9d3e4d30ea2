import { expect, test } from 'vitest'
import { redactor } from '../../../../src/workers/attempt/secret/redact.js'

const SECRET = 'pl"ant&ed/0123+4567'
const redact = redactor({}, {}, [SECRET])

test.each([
  ['as it is', SECRET],
  ['in JSON', JSON.stringify({ key: SECRET })],
  ['in JSON in JSON', JSON.stringify(JSON.stringify({ key: SECRET }))],
  ['in a URL', `/?key=${encodeURIComponent(SECRET)}&x=1`],
  ['in a form', `a=b&${new URLSearchParams({ key: SECRET })}`],
  ['in base64', `token ${Buffer.from(SECRET).toString('base64')}.`],
])('a secret is blanked out %s', (_, text) => {
  const clean = redact(text)
  expect(clean).toContain('[secret]')
  expect(clean).not.toMatch(/ant|0123/)
})

test('the beginning of one is, where a text was cut; a few letters are not', () => {
  for (let cut = 8; cut < SECRET.length; cut++)
    expect(redact(`HTTP 401: not with ${SECRET.slice(0, cut)}`)).toBe('HTTP 401: not with [secret]')
  expect(redact('HTTP 401: not with pl"ant')).toBe('HTTP 401: not with pl"ant')
  expect(redact(`${SECRET.slice(0, 10)} in the middle`)).toBe(`${SECRET.slice(0, 10)} in the middle`)
})

test.each(['OPENAI_API_KEY', 'FAL_KEY', 'haiku_key', 'DB_PASS', 'GITHUB_TOKEN', 'KEY'])(
  'the environment variable %s holds a secret',
  name => expect(redactor({}, { [name]: 'quite-secret' })('with quite-secret')).toBe('with [secret]'),
)

test.each(['PWD', 'KEYBOARD', 'HOME', 'MONKEYS'])('the environment variable %s holds none', name =>
  expect(redactor({}, { [name]: 'quite-ordinary' })('with quite-ordinary')).toBe('with quite-ordinary'),
)

test('variables that a command passes on are secret', () => {
  const environment = { PLACE: 'a lighthouse', OTHER: 'another place' }
  const clean = redactor({ env: ['PLACE'] }, environment)('a lighthouse, another place')
  expect(clean).toBe('[secret], another place')
})

test('a secret of the config is known by its key, an ordinary value is not', () => {
  const config = { apiKey: 'quite-secret', sortKey: 'population', nested: { Authorization: 'me-and-you' } }
  expect(redactor(config, {})('quite-secret population me-and-you')).toBe('[secret] population [secret]')
})

test.each([
  ['in the environment', {}, { FAL_KEY: 'id-12345:secret' }],
  ['in a field of the config', { key: 'id-12345:secret' }, {}],
  ['among the credentials of an API', { auth: { bearer: 'id-12345:secret' } }, {}],
  ['in an address', { url: 'https://me:id-12345:secret@example.com/' }, {}],
  ['among the parameters of an address', { url: 'https://example.com/?a=1&key=id-12345:secret' }, {}],
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
