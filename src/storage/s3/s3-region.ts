import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { statusOf } from './s3-error.js'

/** The region that a server has told; shared by the clients of a store. */
export interface S3Region {
  told: string | undefined
}

/** Where nothing names a region, Amazon is asked in this one, and tells the right one. */
export const FIRST_REGION = 'us-east-1'

/**
 * A bucket's own region stands in the answer to a request that was signed for another one, which was not carried out:
 * it is repeated there, and later ones begin there. (The SDK's own `followRegionRedirects` changes the client's
 * configuration under requests that run at the same time.)
 */
export function followRegion(client: S3Client, told: S3Region): void {
  const configured = client.config.region
  client.config.region = async () => told.told ?? (await configured())
  client.middlewareStack.add(
    next => async args => {
      const signedFor = await client.config.region()
      try {
        return await next(args)
      } catch (error) {
        const region = bucketRegionOf(error)
        if (region === undefined || region === signedFor) throw error
        told.told = region
        // A stream is spent: its sender has another one.
        if ((args.input as { Body?: unknown }).Body instanceof Readable) throw error
        return await next(args)
      }
    },
    { step: 'initialize', name: 'followRegion' },
  )
}

function bucketRegionOf(error: unknown): string | undefined {
  const status = statusOf(error)
  if (status === undefined || status < 300 || status >= 500) return undefined
  const { $response } = error as { $response?: { headers?: Record<string, string> } }
  return $response?.headers?.['x-amz-bucket-region']
}
