// Returns what it must not; `inputs.act` says which.
const results = {
  nothing: () => undefined,
  'no outputs': () => ({}),
  'missing output': () => ({ outputs: { Text: 'made' } }),
  'extra output': () => ({ outputs: { Text: 'made', Image: png(), 'Evil/../Name': 'x' } }),
  'wrong type': () => ({ outputs: { Text: 42, Image: png() } }),
  'a page for a picture': () => ({
    outputs: { Text: 'made', Image: { bytes: Buffer.from('<html>busy'), mimeType: 'text/html' } },
  }),
  'invented blob': () => ({
    outputs: { Text: 'made', Image: { hash: '0'.repeat(64), sizeBytes: 3, mimeType: 'image/png' } },
  }),
  'too large': () => ({ outputs: { Text: 'x'.repeat(64 * 1024 * 1024 + 1), Image: png() } }),
  'thrown string': () => {
    throw 'just a string'
  },
  good: () => ({ outputs: { Text: 'made', Image: png() } }),
}

function png() {
  return { bytes: new Uint8Array([1, 2, 3]), mimeType: 'image/png' }
}

export const produce = ({ inputs }) => results[inputs.act]()
