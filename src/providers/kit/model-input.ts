import type { JsonObject } from '../../model/json.js'
import type { BlobRef } from '../../model/movie/event.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { ProduceContext, ProduceRequest } from '../../model/provider/provider.js'
import { dataUrl, replaceBlobs } from './blob-inputs.js'

/** An input blob up to this size is sent within the request, as a data URL; a larger one is uploaded first. */
const DATA_URL_LIMIT_BYTES = 256 * 1024

/**
 * What a hosted model is given: the producer's inputs over the config's fixed ones. Small blobs become data
 * URLs, large ones the URL that `upload` gives.
 */
export async function modelInput(
  fixed: JsonObject,
  { inputs }: ProduceRequest,
  context: ProduceContext,
  upload: (file: Blob) => Promise<string>,
): Promise<JsonObject> {
  const asUrl = async (blob: BlobRef) => {
    const bytes = new Uint8Array(await context.read(blob))
    if (blob.sizeBytes <= DATA_URL_LIMIT_BYTES) return dataUrl(bytes, blob.mimeType)
    return await upload(new Blob([bytes], { type: blob.mimeType }))
  }
  return { ...fixed, ...((await replaceBlobs(inputs, asUrl)) as JsonObject) }
}

/** @throws ProviderError `invalid` for a path of an output that the producer does not have */
export function checkOutputNames(provider: string, paths: object, { outputs }: ProduceRequest): void {
  const unknown = Object.keys(paths).find(name => !Object.hasOwn(outputs, name))
  if (unknown === undefined) return
  const names = Object.keys(outputs).join(', ')
  throw new ProviderError(
    'invalid',
    `Provider ${provider}: config.outputs.${unknown} is not an output of this producer, which has ${names}.`,
  )
}
