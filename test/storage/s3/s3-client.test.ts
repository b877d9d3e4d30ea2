import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterEach, expect, test, vi } from 'vitest'
import { openS3Client } from '../../../src/storage/s3/s3-client.js'
import { parseS3Url } from '../../../src/storage/s3/s3-url.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('where nothing names a region a request is sent, since the answer names the right one', async () => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined)
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nowhere')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  const client = openS3Client(parseS3Url('s3://my-bucket/movies'), { maxAttempts: 1 })
  let host: string | undefined
  client.middlewareStack.add(
    () =>
      async ({ request }) => {
        host = (request as { hostname: string }).hostname
        throw new Error('Nothing is sent in this test.')
      },
    { step: 'finalizeRequest' },
  )
  const sent = client.send(new ListObjectsV2Command({ Bucket: 'my-bucket' }))
  await expect(sent).rejects.toThrow('Nothing is sent in this test.')
  expect(host).toBe('my-bucket.s3.us-east-1.amazonaws.com')
  client.destroy()
})
