import { countObjects } from './count-objects.mjs'

/** A small text and a small file; on request, the number of objects in its thread as the text. */
export default {
  async produce({ inputs: { run, isCounted } }) {
    const Text = isCounted ? String(await countObjects()) : `text ${run}`
    return { outputs: { Text, File: { bytes: Buffer.from(`${run}`), mimeType: 'text/plain' } } }
  },
}
