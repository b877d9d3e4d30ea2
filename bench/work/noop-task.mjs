const text = 'x'.repeat(100)

/** The same as the no-op provider, as a plain Piscina task. */
export default () => ({ outputs: { Text: text } })
