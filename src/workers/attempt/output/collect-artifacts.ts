import pLimit from 'p-limit'
import type { ProducedArtifact } from '../../../model/job.js'
import { mimeMatches } from '../../../model/media/mime-type.js'
import type { BlobRef } from '../../../model/movie/event.js'
import { ProviderError } from '../../../model/provider/failure/provider-error.js'
import type { OutputRequest } from '../../../model/provider/provider.js'
import { sha256 } from '../../../model/sha256.js'
import { JOB_INLINE_LIMIT_BYTES } from '../../../model/value-limits.js'
import { JOB_BLOB_CONCURRENCY } from './blob-access.js'
import { type CheckedOutput, checkOutput, type HeadOf, kindOf } from './output-check.js'

export interface ArtifactSink {
  put(bytes: Uint8Array, mimeType: string): Promise<BlobRef>
  /** Bytes of a stored blob: a provider may hand on a blob, but not invent one. */
  storedSize(hash: string): Promise<number | undefined>
  /** The beginning of a blob that this attempt has stored, to know its type by. */
  storedHead(hash: string): Uint8Array | undefined
  /** Hears of an output whose bytes are of another type than the blueprint asks for. */
  retyped(output: string, asked: string, kept: string): void
  readonly inlineLimitBytes: number
}

interface PendingArtifact {
  readonly output: string
  readonly index: number
  readonly checked: CheckedOutput
}

/**
 * Turns what a provider returned into artifacts. Everything is checked before anything is stored, so that
 * a faulty result leaves nothing behind. Answers at once when no bytes have to be stored.
 * @throws ProviderError `bug` when an output is missing, unknown or of the wrong type; `too_large`
 */
export function collectArtifacts(
  requested: Readonly<Record<string, OutputRequest>>,
  result: unknown,
  sink: ArtifactSink,
): ProducedArtifact[] | Promise<ProducedArtifact[]> {
  const pending = checkResult(requested, result, hash => sink.storedHead(hash))
  for (const { output, checked } of pending) tellType(output, requested[output]!.type, checked, sink)
  const artifacts: ProducedArtifact[] = []
  const stores: (() => Promise<void>)[] = []
  let inlineBytes = 0
  for (let position = 0; position < pending.length; position++) {
    const { output, index, checked } = pending[position]!
    const isSmall = checked.type === 'value' && checked.sizeBytes <= sink.inlineLimitBytes
    if (isSmall && inlineBytes + checked.sizeBytes <= JOB_INLINE_LIMIT_BYTES) {
      inlineBytes += checked.sizeBytes
      artifacts[position] = { output, index, value: checked.value, hash: sha256(checked.text) }
      continue
    }
    stores.push(async () => {
      const blob = await storedBlob(output, checked, sink)
      artifacts[position] = { output, index, blob, hash: blob.hash }
    })
  }
  if (stores.length === 0) return artifacts
  if (stores.length === 1) return stores[0]!().then(() => artifacts)
  const limit = pLimit(JOB_BLOB_CONCURRENCY)
  return Promise.all(stores.map(store => limit(store))).then(() => artifacts)
}

function tellType(output: string, asked: string, checked: CheckedOutput, sink: ArtifactSink): void {
  if (checked.type === 'value') return
  const kept = checked.type === 'blob' ? checked.blob.mimeType : checked.mimeType
  if (!mimeMatches(asked, kept)) sink.retyped(output, asked, kept)
}

function checkResult(
  requested: Readonly<Record<string, OutputRequest>>,
  result: unknown,
  headOf: HeadOf,
): PendingArtifact[] {
  const outputs = (result as { outputs?: unknown } | null | undefined)?.outputs
  if (typeof outputs !== 'object' || outputs === null) {
    throw new ProviderError(
      'bug',
      `The provider must return { outputs: { … } }, but it returned ${kindOf(result)}.`,
    )
  }
  const pending: PendingArtifact[] = []
  for (const output in requested) {
    const request = requested[output]!
    const value = Object.hasOwn(outputs, output) ? (outputs as Record<string, unknown>)[output] : undefined
    if (request.count === undefined) {
      pending.push({ output, index: 0, checked: checkOutput(output, request.type, value, headOf) })
      continue
    }
    const list = checkList(output, request.count, value)
    for (let index = 0; index < list.length; index++) {
      const checked = checkOutput(`${output}[${index}]`, request.type, list[index], headOf)
      pending.push({ output, index, checked })
    }
  }
  for (const output of Object.keys(outputs)) {
    if (!Object.hasOwn(requested, output)) rejectUnknown(output, requested)
  }
  return pending
}

function checkList(output: string, count: number, value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value.length === count) return value
  throw new ProviderError(
    'bug',
    `Output "${output}" must be a list of ${count}, but the provider returned ${kindOf(value)}.`,
  )
}

function rejectUnknown(output: string, requested: Readonly<Record<string, OutputRequest>>): never {
  const names = Object.keys(requested).join(', ')
  throw new ProviderError(
    'bug',
    `The provider returned output "${output.slice(0, 100)}"; asked for: ${names}.`,
  )
}

async function storedBlob(output: string, checked: CheckedOutput, sink: ArtifactSink): Promise<BlobRef> {
  switch (checked.type) {
    case 'bytes':
      return await sink.put(checked.bytes, checked.mimeType)
    case 'value': {
      const mimeType = typeof checked.value === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
      return await sink.put(Buffer.from(checked.text, 'utf8'), mimeType)
    }
    case 'blob': {
      const sizeBytes = await sink.storedSize(checked.blob.hash)
      if (sizeBytes === checked.blob.sizeBytes) return checked.blob
      const fault =
        sizeBytes === undefined
          ? "is not in the movie's store"
          : `has ${sizeBytes} bytes, not ${checked.blob.sizeBytes}`
      throw new ProviderError(
        'bug',
        `Output "${output}" names a blob that ${fault}. Return what context.blob() gave.`,
      )
    }
  }
}
