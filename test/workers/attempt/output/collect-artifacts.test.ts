import { expect, test } from 'vitest'
import type { BlobHash } from '../../../../src/model/id.js'
import { INLINE_LIMIT_MAX_BYTES, JOB_INLINE_LIMIT_BYTES } from '../../../../src/model/value-limits.js'
import { collectArtifacts } from '../../../../src/workers/attempt/output/collect-artifacts.js'

test('values of one job that are too many for the log together become blobs', async () => {
  const count = JOB_INLINE_LIMIT_BYTES / INLINE_LIMIT_MAX_BYTES + 4
  const texts = Array.from({ length: count }, (_, index) => `${index} `.padEnd(INLINE_LIMIT_MAX_BYTES, 'x'))
  let stored = 0
  const artifacts = await collectArtifacts(
    { Pages: { type: 'text', count } },
    { outputs: { Pages: texts } },
    {
      put: async (bytes, mimeType) => {
        stored++
        return { hash: String(bytes.byteLength) as BlobHash, sizeBytes: bytes.byteLength, mimeType }
      },
      storedSize: async () => undefined,
      storedHead: () => undefined,
      retyped: () => undefined,
      inlineLimitBytes: INLINE_LIMIT_MAX_BYTES,
    },
  )
  const inlineBytes = artifacts.reduce((sum, { value }) => sum + String(value ?? '').length, 0)
  expect(inlineBytes).toBeLessThanOrEqual(JOB_INLINE_LIMIT_BYTES)
  expect(artifacts.map(({ index }) => index)).toEqual(texts.map((_, index) => index))
  expect(artifacts.filter(({ blob }) => blob !== undefined)).toHaveLength(stored)
  expect(stored).toBeGreaterThanOrEqual(4)
})
