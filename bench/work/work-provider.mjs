import { work } from './work.mjs'

/** The work of a kind, as a provider. */
export default {
  async produce(/** @type {import('showrunner').ProduceRequest} */ { config }) {
    return { outputs: { Text: await work(config.kind, config.url) } }
  },
}
