import { expect, test } from 'vitest'
import { AccessToken } from '../../../src/ui/http/access-token.js'

test('a cookie tells nothing of the token, and opens nothing that the token opens', () => {
  const token = new AccessToken()
  expect(token.cookie).not.toContain(token.text)
  expect(token.check(token.cookie)).toBe('wrong')
  expect(token.isCookie(token.text)).toBe(false)
  expect(token.isCookie(token.cookie)).toBe(true)
  expect(token.isCookie(undefined)).toBe(false)
  expect(new AccessToken().isCookie(token.cookie)).toBe(false)
})

test('after a hundred wrong tokens nothing is compared until a minute has passed', () => {
  let nowMs = 0
  const token = new AccessToken('right', () => nowMs)
  for (let guess = 0; guess < 99; guess++) expect(token.check(`x${guess}`)).toBe('wrong')
  expect(token.check('right')).toBe('right')
  expect(token.check('x'.repeat(1_000_000))).toBe('wrong')
  expect(token.check('right')).toBe('too many')
  nowMs = 59_999
  expect(token.check('right')).toBe('too many')
  nowMs = 60_000
  expect(token.check('right')).toBe('right')
})
