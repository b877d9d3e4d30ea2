import { expect, test, vi } from 'vitest'
import { importSdk, requiredKey } from '../../src/providers/sdk.js'

test('a package that is missing comes with the command that installs it', async () => {
  const name = 'a-package-that-nobody-has'
  const missing = importSdk(name, 3, () => import(/* @vite-ignore */ name))
  await expect(missing).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('npm install a-package-that-nobody-has@3'),
  })
})

test('a package that is there but broken is not said to be missing', async () => {
  const broken = importSdk('x', 1, () => Promise.reject(new SyntaxError('broken')))
  await expect(broken).rejects.toThrow(SyntaxError)
})

test('a key comes from the config, or from its customary variable', () => {
  vi.stubEnv('SOME_KEY', 'of the environment')
  expect(requiredKey('x', 'key', 'given', 'SOME_KEY')).toBe('given')
  expect(requiredKey('x', 'key', undefined, 'SOME_KEY')).toBe('of the environment')
  vi.stubEnv('SOME_KEY', '')
  expect(() => requiredKey('x', 'key', undefined, 'SOME_KEY')).toThrow(
    expect.objectContaining({ code: 'auth', message: expect.stringMatching(/SOME_KEY.*config\.key/) }),
  )
  vi.unstubAllEnvs()
})
