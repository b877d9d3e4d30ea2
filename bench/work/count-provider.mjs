/** Counts the texts that it is given. */
export default {
  produce: (/** @type {import('showrunner').ProduceRequest} */ { inputs }) => ({
    outputs: { Count: inputs.texts.length },
  }),
}
