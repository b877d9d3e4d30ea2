import { randomBytes } from 'node:crypto'

const pattern = randomBytes(1 << 20)

/** Bytes that no other job makes, at the cost of little more than a copy. */
export default {
  async produce(/** @type {import('showrunner').ProduceRequest} */ { inputs, config }) {
    if (config.latencyMs) await new Promise(resolve => setTimeout(resolve, config.latencyMs))
    const bytes = Buffer.alloc(config.sizeBytes, pattern)
    bytes.writeUInt32LE(inputs.number, 0)
    bytes.writeUInt32LE(inputs.salt, 4)
    return { outputs: { File: { bytes, mimeType: 'application/octet-stream' } } }
  },
}
