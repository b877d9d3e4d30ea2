import { Readable } from 'node:stream'
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { Spooled } from '../blob/spool.js'
import type { CreatableObjects, PutOutcome } from '../create-object.js'
import { conditionUnsupported, s3Error, statusOf } from './s3-error.js'
import { FIRST_REGION, followRegion, type S3Region } from './s3-region.js'
import type { S3Location } from './s3-url.js'

/** Of a request that may be repeated: reads, lists, and writes of what is named by its content. */
export const S3_ATTEMPTS = 8
/** An object store that does not take a connection, or is silent on one, for so long has failed. */
const S3_CONNECT_MS = 10_000
const S3_IDLE_MS = 60_000

/** Credentials come from the usual AWS environment and files. */
export function openS3Client(
  { endpoint, region, forcePathStyle }: S3Location,
  { maxAttempts = S3_ATTEMPTS, told = { told: undefined } }: { maxAttempts?: number; told?: S3Region } = {},
): S3Client {
  const known = region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION
  // A server that is not Amazon's has a region only for the signature.
  const signed = known ?? (endpoint === undefined ? regionOfFiles : FIRST_REGION)
  const client = withoutNodeWarning(
    () =>
      new S3Client({
        ...(endpoint !== undefined && { endpoint }),
        region: signed,
        forcePathStyle,
        // Other servers than Amazon's do not know the newer checksums; what is written has hashes of its own.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        maxAttempts,
        logger: SILENT,
        requestHandler: { connectionTimeout: S3_CONNECT_MS, socketTimeout: S3_IDLE_MS },
      }),
  )
  followRegion(client, told)
  return client
}

/** What the usual files name. The SDK refuses every request without one, before it is sent. */
const regionOfFiles = (): Promise<string> =>
  withoutNodeWarning(() => new S3Client({}))
    .config.region()
    .catch(() => FIRST_REGION)

/** What goes wrong is told by errors; without a logger the SDK writes some of it to the console. */
const quiet = () => {}
const SILENT = { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet }

const NODE_WARNING = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'

/** A client that is made announces on stderr which versions of Node the SDK will support one day. */
function withoutNodeWarning(make: () => S3Client): S3Client {
  const before = process.env[NODE_WARNING]
  process.env[NODE_WARNING] = 'true'
  try {
    return make()
  } finally {
    if (before === undefined) delete process.env[NODE_WARNING]
    else process.env[NODE_WARNING] = before
  }
}

const NONCE = 'showrunner-nonce'

/** It was not carried out, for what it was and not for when it came. */
interface Refused {
  readonly state: 'refused'
  readonly error: unknown
}

/** Single requests about objects of one bucket; keys are whole. */
export class S3Objects implements CreatableObjects {
  readonly #client: S3Client
  readonly #once: S3Client
  readonly #bucket: string
  readonly #told: S3Region

  constructor(location: S3Location, client: S3Client, told: S3Region) {
    this.#client = client
    // The SDK's own retry would turn our success into a 412.
    this.#once = openS3Client(location, { maxAttempts: 1, told })
    this.#bucket = location.bucket
    this.#told = told
  }

  /**
   * One PUT with `If-None-Match: *`; the nonce becomes the object's metadata, by which its maker knows it again. One
   * that was refused for its time or its region was not carried out, and is sent again: with retries the SDK switches
   * off its correction of the clock.
   * @throws ShowrunnerError for what another try will not change
   */
  async putIfAbsent(key: string, bytes: Spooled, nonce: string): Promise<PutOutcome> {
    const before = this.#told.told
    const first = await this.#putOnce(key, bytes, nonce)
    if (first.state !== 'refused') return first
    const hasLearned = isClockCorrected(first.error) || this.#told.told !== before
    const second = hasLearned ? await this.#putOnce(key, bytes, nonce) : first
    if (second.state === 'refused') throw s3Error(second.error, `Creating ${key}`)
    return second
  }

  async #putOnce(key: string, bytes: Spooled, nonce: string): Promise<PutOutcome | Refused> {
    try {
      await this.#once.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Body: bytes.body(),
          ContentLength: bytes.sizeBytes,
          ContentType: 'application/octet-stream',
          IfNoneMatch: '*',
          Metadata: { [NONCE]: nonce },
        }),
      )
      return { state: 'created' }
    } catch (error) {
      const status = statusOf(error)
      if (status === 412 || status === 409) return { state: 'conflict' }
      if (status === 501 || (error as Error).name === 'NotImplemented') throw conditionUnsupported(error)
      return isLasting(error) ? { state: 'refused', error } : { state: 'unknown', error }
    }
  }

  /** The whole object, or `[from, to)` of it; undefined when it is absent. */
  async get(key: string, range?: { from: number; to: number }): Promise<Readable | undefined> {
    try {
      const { Body } = await this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          ...(range && { Range: `bytes=${range.from}-${Math.min(range.to, Number.MAX_SAFE_INTEGER) - 1}` }),
        }),
      )
      return Body as Readable
    } catch (error) {
      if (isAbsent(error)) return undefined
      if (isBehindEnd(error)) return Readable.from([])
      throw s3Error(error, `Reading ${key}`)
    }
  }

  /** Undefined when the object is absent. */
  async head(key: string): Promise<{ sizeBytes: number; nonce: string | undefined } | undefined> {
    try {
      const { ContentLength, Metadata } = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: key }),
      )
      return { sizeBytes: ContentLength ?? 0, nonce: Metadata?.[NONCE] }
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw s3Error(error, `Reading ${key}`)
    }
  }

  /** Keys directly below `prefix` after `after`, and those of folders, which end with `/`. */
  async *names(prefix: string, after: string | undefined): AsyncGenerator<string> {
    let token: string | undefined
    do {
      const page = await this.#client
        .send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: prefix,
            Delimiter: '/',
            ...(after !== undefined && token === undefined && { StartAfter: after }),
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        )
        .catch(error => {
          throw s3Error(error, `Listing ${prefix}`)
        })
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key
      for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) yield Prefix
      token = page.IsTruncated ? page.NextContinuationToken : undefined
    } while (token !== undefined)
  }

  close(): void {
    this.#once.destroy()
  }
}

function isAbsent(error: unknown): boolean {
  const { name } = error as Error
  return name !== 'NoSuchBucket' && statusOf(error) === 404
}

/** A range after the end: everything has been read. */
const isBehindEnd = (error: unknown): boolean => statusOf(error) === 416

/** The SDK has taken the time from a refusal: the same request is right now. */
const isClockCorrected = (error: unknown): boolean =>
  (error as { $metadata?: { clockSkewCorrected?: boolean } }).$metadata?.clockSkewCorrected === true

/** Refused for what it is, not for when it came. */
function isLasting(error: unknown): boolean {
  const status = statusOf(error)
  if (status === undefined) return (error as Error).name === 'CredentialsProviderError'
  return status >= 300 && status < 500 && status !== 408 && status !== 429
}
