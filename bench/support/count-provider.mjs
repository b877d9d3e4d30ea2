/** Counts the texts that it is given. */
export default {
  produce: (/** @type {any} */ { inputs }) => ({ outputs: { Count: inputs.texts.length } }),
}
