const text = 'x'.repeat(100)

/** The least a provider can do: 100 bytes of text. */
export default { produce: () => ({ outputs: { Text: text } }) }
