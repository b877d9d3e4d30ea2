import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withoutSecrets } from '../../../../src/model/secret/secret-reference.js'
import { resolveSecrets } from '../../../../src/workers/attempt/secret/resolve-secrets.js'
import { runProvider, valuesOf } from '../../../support/jobs/provider-run.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

test('a secret comes from the environment or a file, at any depth, and everything else stays', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'key.txt'), 'from-a-file\n')
  const config = {
    key: { $env: 'A_KEY' },
    list: [{ deep: { $file: 'key.txt' } }],
    env: { NAME: 'x' },
    size: 3,
  }
  expect(resolveSecrets(config, { environment: { A_KEY: 'from-env' }, folder })).toEqual({
    config: { key: 'from-env', list: [{ deep: 'from-a-file' }], env: { NAME: 'x' }, size: 3 },
    secrets: ['from-env', 'from-a-file'],
  })
  expect(withoutSecrets(config)).toEqual(withoutSecrets({ ...config, key: { $file: 'elsewhere' } }))
})

test('a secret that is not there fails the job as auth, and says where it was looked for', async () => {
  const folder = await temporaryFolder()
  for (const [reference, place] of [
    [{ $env: 'SHOWRUNNER_NO_SUCH_KEY' }, 'SHOWRUNNER_NO_SUCH_KEY'],
    [{ $file: 'missing.txt' }, join(folder, 'missing.txt')],
  ] as const) {
    const { outcome } = await runProvider(() => ({ outputs: { Text: 'x' } }), {
      config: { apiKey: reference },
      baseFolder: folder,
    })
    expect(outcome).toMatchObject({ state: 'failed', error: { code: 'auth' } })
    expect(JSON.stringify(outcome)).toContain(place)
  }
})

test('the provider sees the secret; its messages do not show it', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'key'), 'plum-7')
  const template = { config: { key: { $file: 'key' } }, baseFolder: folder }
  const seen = await runProvider(({ config }) => ({ outputs: { Text: String(config.key) } }), template)
  expect(valuesOf(seen.outcome)).toEqual({ Text: 'plum-7' })
  const { outcome } = await runProvider(({ config }) => {
    throw new Error(`cannot log in with ${config.key}`)
  }, template)
  expect(outcome).toMatchObject({
    error: { message: expect.stringMatching(/^Error: cannot log in with \[secret\], at /) },
  })
})
