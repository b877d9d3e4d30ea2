import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { inject } from 'vitest'

/** Undefined: no S3 server runs, and what needs one is skipped. */
export const s3Endpoint = inject('s3Endpoint')

process.env.AWS_ACCESS_KEY_ID = 'test'
process.env.AWS_SECRET_ACCESS_KEY = 'testtest'
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

const BUCKET = 'showrunner-tests'
let bucket: Promise<void> | undefined

/** The URL of a new, empty store in the bucket of the tests; `endpoint` may be a proxy before the server. */
export async function newS3Store(endpoint: string = s3Endpoint!): Promise<string> {
  const url = (prefix: string, at: string) =>
    `s3://${BUCKET}/${prefix}?endpoint=${encodeURIComponent(at)}&forcePathStyle=true`
  bucket ??= createBucket()
  await bucket
  return url(randomUUID(), endpoint)
}

async function createBucket(): Promise<void> {
  const client = new S3Client({
    endpoint: s3Endpoint!,
    region: 'us-east-1',
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  try {
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
  } catch (error) {
    // Another test file was first.
    if (!/^BucketAlready/.test((error as Error).name)) throw error
  } finally {
    client.destroy()
  }
}
