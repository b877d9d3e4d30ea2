import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import pLimit from 'p-limit'
import { isBlobRef } from '../../model/blob-ref.js'
import { extensionOf, mimeOfName } from '../../model/media/file-extension.js'
import type { BlobRef } from '../../model/movie/event.js'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import type { OutputValue, ProduceContext, ProduceRequest } from '../../model/provider/provider.js'
import { withPatience } from '../../model/shortage/with-patience.js'
import { VALUE_LIMIT_BYTES } from '../../model/value-limits.js'
import { textOfBytes, textOutput } from '../kit/text-output.js'
import { inTemporaryFolder } from './temporary-failure.js'

/**
 * Copies between files and the store that a thread has under way: each holds one descriptor while it needs another, so
 * that many of them at once could wait for each other for ever.
 */
const copying = pLimit(4)

/** Writes each blob among the inputs to a file, and puts the file's path in its place. */
export async function inputsAsFiles(
  inputs: ProduceRequest['inputs'],
  folder: () => Promise<string>,
  context: ProduceContext,
): Promise<Record<string, unknown>> {
  let fileCount = 0
  const place = async (value: unknown): Promise<unknown> => {
    if (typeof value !== 'object' || value === null) return value
    if (isBlobRef(value)) return await writeBlob(value, join(await folder(), String(++fileCount)), context)
    if (Array.isArray(value)) {
      const items: unknown[] = []
      for (const item of value) items.push(await place(item))
      return items
    }
    const copy: Record<string, unknown> = {}
    for (const [key, item] of Object.entries(value)) copy[key] = await place(item)
    return copy
  }
  return (await place(inputs)) as Record<string, unknown>
}

async function writeBlob(blob: BlobRef, pathStem: string, context: ProduceContext): Promise<string> {
  const path = pathStem + extensionOf(blob.mimeType)
  const copy = async () => {
    const file = await withPatience(() => open(path, 'wx'))
    try {
      await writeFile(file, context.readStream(blob), { signal: context.signal })
    } finally {
      await file.close()
    }
  }
  await copying(() => inTemporaryFolder(copy))
  return path
}

/** Reads a file that the program left in `folder` as an output of the given type. */
export async function fileOutput(
  output: string,
  type: string,
  name: string,
  folder: string,
  context: ProduceContext,
): Promise<OutputValue> {
  const path = resolve(folder, name)
  if (!path.startsWith(folder + sep)) {
    throw new ProviderError(
      'invalid',
      `Provider command: the file of output "${output}" leaves the working folder.`,
    )
  }
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw await missingFile(output, name, folder)
  if (!found.isFile()) {
    const kind = found.isDirectory() ? 'a folder' : 'no regular file'
    throw new ProviderError('bug', `Output "${output}": "${name}" is ${kind}.`)
  }
  if (type.includes('/')) {
    const mimeType = type.endsWith('/*') ? (mimeOfName(name) ?? 'application/octet-stream') : type
    return (await copying(async () => {
      const file = await withPatience(() => open(path))
      return await context.blob(file.createReadStream(), mimeType)
    })) as OutputValue
  }
  if (found.size > VALUE_LIMIT_BYTES) {
    throw new ProviderError(
      'too_large',
      `Output "${output}": file "${name}" has ${found.size} bytes; ${VALUE_LIMIT_BYTES} are allowed.`,
    )
  }
  return textOutput(output, type, textOfBytes(output, await withPatience(() => readFile(path))))
}

async function missingFile(output: string, name: string, folder: string): Promise<ProviderError> {
  const names = (await readdir(folder)).slice(0, 10)
  const made = names.length === 0 ? 'it wrote no file' : `it wrote ${names.join(', ')}`
  return new ProviderError('bug', `Output "${output}": the program did not write "${name}"; ${made}.`)
}
