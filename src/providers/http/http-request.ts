import { isBlobRef } from '../../model/blob-ref.js'
import { extensionOf } from '../../model/media/file-extension.js'
import { isTextMime } from '../../model/media/mime-type.js'
import type { BlobRef } from '../../model/movie/event.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { ProduceContext, ProduceRequest } from '../../model/provider/provider.js'
import { dataUrl, replaceBlobs } from '../kit/blob-inputs.js'
import { blobText } from '../kit/fetch/body-text.js'
import { type HttpRequest, webUrl } from '../kit/fetch/http-fetch.js'
import { renderJson, renderTemplate, renderUrl } from '../kit/template/render-template.js'
import type { HttpConfig } from './http-config.js'

type Body = NonNullable<RequestInit['body']>

/** The request of a config, rendered; the signal and the idempotency key come with each call. */
export async function httpRequest(
  config: HttpConfig,
  { inputs }: ProduceRequest,
  context: ProduceContext,
): Promise<Omit<HttpRequest, 'signal'>> {
  const given = (await replaceBlobs(inputs, blob => blobInJson(blob, config, context))) as typeof inputs
  // An input of that name is the user's own.
  const view = { feedback: context.feedback, ...given } as unknown as typeof inputs
  const url = webUrl(renderUrl(config.url, view), 'config.url')
  for (const [name, value] of Object.entries(config.query))
    url.searchParams.append(name, renderTemplate(value, view))
  const { body, type } = await bodyOf(config, inputs, view, context)
  if (body !== undefined && config.method === 'GET') {
    throw new ProviderError(
      'invalid',
      'Provider http: a GET has no body; give config.query or another method.',
    )
  }
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
  for (const [name, value] of Object.entries(config.headers))
    headers[name.toLowerCase()] = renderTemplate(value, view)
  const credentials = credentialsOf(config, url)
  return {
    url,
    method: config.method,
    headers,
    ...(credentials && { credentials }),
    ...(body !== undefined && { body }),
  }
}

/** The key, for the origin of the API alone. */
function credentialsOf({ auth }: HttpConfig, { origin }: URL): HttpRequest['credentials'] {
  if (auth === undefined) return undefined
  return {
    origin,
    headers:
      'bearer' in auth
        ? { authorization: `Bearer ${auth.bearer}` }
        : { [auth.header.toLowerCase()]: auth.value },
  }
}

async function blobInJson(blob: BlobRef, { blobs }: HttpConfig, context: ProduceContext): Promise<string> {
  const bytes = Buffer.from(await context.read(blob))
  if (isTextMime(blob.mimeType)) return blobText(bytes, blob)
  return blobs === 'base64' ? bytes.toString('base64') : dataUrl(bytes, blob.mimeType)
}

async function bodyOf(
  config: HttpConfig,
  inputs: ProduceRequest['inputs'],
  view: ProduceRequest['inputs'],
  context: ProduceContext,
): Promise<{ body?: Body; type?: string }> {
  if (config.body !== undefined) {
    return { body: JSON.stringify(renderJson(config.body, view)), type: 'application/json' }
  }
  if (config.form !== undefined) return { body: await formOf(config.form, inputs, view, context) }
  if (config.raw === undefined) return {}
  const given = renderJson(config.raw, inputs) as unknown
  if (isBlobRef(given)) return { body: new Uint8Array(await context.read(given)), type: given.mimeType }
  return { body: renderTemplate(config.raw, view), type: 'text/plain; charset=utf-8' }
}

async function formOf(
  fields: Readonly<Record<string, string>>,
  inputs: ProduceRequest['inputs'],
  view: ProduceRequest['inputs'],
  context: ProduceContext,
): Promise<FormData> {
  const form = new FormData()
  for (const [name, field] of Object.entries(fields)) {
    const given = renderJson(field, inputs) as unknown
    const files = (Array.isArray(given) ? given : [given]).filter(isBlobRef)
    if (files.length === 0) form.append(name, renderTemplate(field, view))
    for (const blob of files) {
      const bytes = new Uint8Array(await context.read(blob))
      form.append(name, new Blob([bytes], { type: blob.mimeType }), `${name}${extensionOf(blob.mimeType)}`)
    }
  }
  return form
}
