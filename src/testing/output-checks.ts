import assert from 'node:assert/strict'
import type { ContractCheck } from './contract-check.js'
import { type ContractSubject, succeeded } from './contract-subject.js'

/** Each piece of a stream may hold this share of the whole. */
const PIECE_SHARE = 1 / 4

export function outputChecks(subject: ContractSubject): ContractCheck[] {
  return [
    {
      name: 'makes every requested output of its type',
      async run() {
        succeeded(await subject.job().run())
      },
    },
    {
      name: 'leaves its config and its inputs as they are',
      async run() {
        const job = subject.job()
        const inputs = await job.inputs()
        const inputsBefore = JSON.stringify(inputs)
        const { config: given = {}, outputs: asked } = subject.options.request
        const before = JSON.stringify({ config: given, outputs: asked })
        const attempt = await job.start({ isFrozen: false })
        const { config, outputs } = attempt.template
        await attempt.outcome
        assert.equal(
          JSON.stringify({ config, outputs }),
          before,
          'It changed request.config or request.outputs, which all jobs of a producer share. Work on a copy.',
        )
        assert.equal(JSON.stringify(inputs), inputsBefore, 'It changed request.inputs. Work on a copy.')
      },
    },
  ]
}

export function largeOutputCheck(subject: ContractSubject): ContractCheck[] {
  const { large } = subject.options
  if (large === undefined) return []
  const { sizeBytes, isStreamed = false, ...request } = large
  return [
    {
      name: `stores a large output whole${isStreamed ? ', in small pieces' : ''}`,
      async run() {
        const job = subject.job(request)
        const { artifacts } = succeeded(await job.run(), 'The large request')
        const { blob } = artifacts[0]!
        assert.ok(blob, 'The first output of the large request is no blob. Give it a MIME type.')
        const storedBytes = job.blobs.bytes.get(blob.hash)?.byteLength
        assert.equal(storedBytes, sizeBytes, `It stored ${storedBytes} of ${sizeBytes} bytes.`)
        if (!isStreamed) return
        const { largestPieceBytes } = job.blobs
        assert.ok(
          largestPieceBytes <= sizeBytes * PIECE_SHARE,
          `It held ${largestPieceBytes} of ${sizeBytes} bytes in memory at once. Give context.blob() the stream itself.`,
        )
      },
    },
  ]
}
