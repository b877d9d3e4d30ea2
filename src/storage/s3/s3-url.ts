import { ShowrunnerError } from '../../model/error/error.js'

/** What `s3://bucket/prefix?endpoint=…&region=…&forcePathStyle=true` says. */
export interface S3Location {
  readonly bucket: string
  /** Without slashes at its ends; empty: the whole bucket. */
  readonly prefix: string
  readonly endpoint: string | undefined
  readonly region: string | undefined
  readonly forcePathStyle: boolean
  /** The same location, written in one way. */
  readonly url: string
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const PARAMETERS = ['endpoint', 'region', 'forcePathStyle']

/** @throws ShowrunnerError `STORE_UNSUPPORTED` */
export function parseS3Url(text: string): S3Location {
  const url = URL.canParse(text) ? new URL(text) : refuse('it is not a URL')
  if (url.username !== '' || url.password !== '') {
    refuse('credentials do not belong in it; they come from AWS_ACCESS_KEY_ID or the usual AWS files')
  }
  if (!BUCKET.test(url.hostname)) refuse('a bucket has 3 to 63 lower-case letters, digits, "." and "-"')
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.includes(name)) refuse(`it knows ${PARAMETERS.join(', ')}, not "${name.slice(0, 40)}"`)
  }
  const endpoint = url.searchParams.get('endpoint') ?? undefined
  if (endpoint !== undefined) checkEndpoint(endpoint)
  const style = url.searchParams.get('forcePathStyle') ?? 'false'
  if (style !== 'true' && style !== 'false') refuse('forcePathStyle is true or false')
  const prefix = decoded(url.pathname).replace(/^\/+|\/+$/g, '')
  if (/(^|\/)\.{0,2}(\/|$)/.test(prefix) && prefix !== '') refuse('its prefix has an empty part, "." or ".."')
  const region = url.searchParams.get('region') ?? undefined
  const query = url.searchParams.size === 0 ? '' : `?${url.searchParams}`
  return {
    bucket: url.hostname,
    prefix,
    endpoint,
    region,
    forcePathStyle: style === 'true',
    url: `s3://${url.hostname}${prefix === '' ? '' : `/${prefix}`}${query}`,
  }
}

function checkEndpoint(text: string): void {
  const endpoint = URL.canParse(text) ? new URL(text) : undefined
  if (endpoint?.protocol !== 'http:' && endpoint?.protocol !== 'https:') {
    refuse('endpoint starts with http:// or https://')
  }
  if (endpoint.username !== '' || endpoint.password !== '')
    refuse('credentials do not belong in its endpoint')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return refuse('its prefix is not percent-encoded in the right way')
  }
}

function refuse(problem: string): never {
  throw new ShowrunnerError(
    'STORE_UNSUPPORTED',
    `This S3 URL cannot be opened: ${problem}. Write s3://bucket/prefix?endpoint=https://…&region=…&forcePathStyle=true`,
  )
}
