import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { loadPackage } from '../../../../src/providers/kit/sdk/optional-package.js'
import { requiredKey } from '../../../../src/providers/kit/sdk/sdk.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

test('a package that is missing comes with the command that installs it', async () => {
  const wanted = { name: 'a-package-that-nobody-has', version: '3' }
  await expect(loadPackage('x', wanted, await temporaryFolder())).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('npm install a-package-that-nobody-has@3'),
  })
})

test.each([
  ['is broken', 'export default', /Unexpected/],
  ['lacks what it needs itself', "import 'another-package-that-nobody-has'", /another-package/],
])('a package that is there but %s is not said to be missing', async (what, code, reason) => {
  const name = `package-that-${what.replaceAll(' ', '-')}`
  const folder = await temporaryFolder()
  const place = join(folder, 'node_modules', name)
  await mkdir(place, { recursive: true })
  const description = { name, type: 'module', exports: { import: './index.js', require: './index.js' } }
  await writeFile(join(place, 'package.json'), JSON.stringify(description))
  await writeFile(join(place, 'index.js'), code)
  const loading = loadPackage('x', { name, version: '1' }, folder)
  await expect(loading).rejects.toThrow(reason)
  await expect(loading).rejects.not.toMatchObject({ code: 'invalid' })
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
