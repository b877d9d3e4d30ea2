import { setTimeout as sleep } from 'node:timers/promises'

/** Of 100 jobs in each layer one is slow, in each layer another one. */
export default {
  async produce(/** @type {import('showrunner').ProduceRequest} */ { inputs, config, producer }) {
    const isSlow = (inputs.number + producer.length) % 100 === 0
    await sleep(isSlow ? config.slowMs : config.quickMs)
    return { outputs: { Text: 'made' } }
  },
}
