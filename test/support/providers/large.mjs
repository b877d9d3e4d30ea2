// Values far above the inline limit; `kind` says how large a page is.
const page = kind => ({ kind, scene: `scene of a ${kind} page`, padding: 'ü'.repeat(20_000) })

export function produce({ producer, inputs, outputs }) {
  switch (producer) {
    case 'Script':
      return { outputs: { Text: `${'long text 🎬 '.repeat(3_000)}END`, Pages: inputs.kinds.map(page) } }
    case 'Picture':
    case 'Whole':
      return { outputs: { Seen: JSON.stringify(inputs).length, Echo: inputs } }
    default:
      throw new Error(`nobody asked for ${Object.keys(outputs)}`)
  }
}
