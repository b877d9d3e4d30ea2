import pLimit from 'p-limit'
import type { JobAssignment } from '../../../model/job.js'
import type { JsonValue } from '../../../model/json.js'
import { mimeEssence } from '../../../model/media/mime-type.js'
import type { BlobRef } from '../../../model/movie/event.js'
import type { InputValue } from '../../../model/provider/provider.js'
import { JOB_BLOB_CONCURRENCY } from '../output/blob-access.js'

type Container = Record<string | number, unknown>

/** Copies the assignment's inputs and puts each large value, read from the blob store, into its place. */
export async function loadInputs(
  { inputs, loads = [] }: JobAssignment,
  read: (blob: BlobRef) => Promise<Uint8Array>,
): Promise<Readonly<Record<string, InputValue>>> {
  // Small: the large values are what is still to be read.
  const loaded = structuredClone(inputs) as Record<string, InputValue>
  const limit = pLimit(JOB_BLOB_CONCURRENCY)
  const values = await Promise.all(
    loads.map(({ blob }) => limit(async () => decodeValue(await read(blob), blob))),
  )
  for (const [number, { path }] of loads.entries()) place(loaded, path, values[number]!)
  return loaded
}

/** A large text or JSON value, from its bytes in the store. */
export function decodeValue(bytes: Uint8Array, blob: BlobRef): JsonValue {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return mimeEssence(blob.mimeType) === 'application/json' ? (JSON.parse(text) as JsonValue) : text
}

function place(root: Container, path: readonly (string | number)[], value: InputValue): void {
  let container = root
  for (const step of path.slice(0, -1)) {
    if (!Object.hasOwn(container, step)) define(container, step, {})
    container = container[step] as Container
  }
  define(container, path.at(-1)!, value)
}

/** Plain assignment to a key `__proto__` would change the container's prototype instead. */
function define(container: Container, key: string | number, value: unknown): void {
  Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true })
}
