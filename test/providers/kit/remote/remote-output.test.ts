import { expect, test } from 'vitest'
import { remoteOutput } from '../../../../src/providers/kit/remote/remote-output.js'

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452fbffbf', 'hex')
const TEXT = PNG.toString('base64')

const read = (value: string, handover: 'auto' | 'base64' = 'auto') =>
  remoteOutput('Image', { type: 'image/png' }, value, { handover, retryMs: 1 }, {} as never)

test.each([
  ['bare', TEXT, 'auto'],
  ['in lines', TEXT.replace(/(.{8})/g, '$1\r\n'), 'auto'],
  ['without padding', TEXT.replace(/=+$/, ''), 'base64'],
  ['of the alphabet for addresses', PNG.toString('base64url'), 'base64'],
  ['in a data URL', `data:image/png;base64,${TEXT}`, 'auto'],
  [
    'in a data URL with the alphabet for addresses',
    `data:image/png;base64,${PNG.toString('base64url')}`,
    'auto',
  ],
  ['in a data URL where bare base64 was expected', `data:image/png;base64,${TEXT}`, 'base64'],
] as const)('base64 %s', async (_, value, handover) => {
  const made = (await read(value, handover)) as unknown as { bytes: Uint8Array; mimeType: string }
  expect(Buffer.from(made.bytes)).toEqual(PNG)
  expect(made.mimeType).toBe('image/png')
})

test('what is no base64 is refused, and a megabyte of white space takes no longer than its length', async () => {
  for (const text of ['not base64!', `${' '.repeat(1_000_000)}!`, `a=${TEXT}`])
    expect(await read(text, 'base64').catch(error => error.code)).toBe('bug')
})
