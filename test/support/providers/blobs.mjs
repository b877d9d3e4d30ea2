// One shared constant: a transfer of it would empty it for the next job.
const shared = Buffer.from('shared bytes')

export async function produce(request, context) {
  switch (request.inputs.act) {
    case 'bytes':
      return { outputs: { Image: { bytes: shared, mimeType: 'image/png' } } }
    case 'stream': {
      async function* chunks() {
        for (let part = 0; part < 3; part++) yield Buffer.from(`part ${part};`)
      }
      return { outputs: { Image: await context.blob(chunks(), 'image/png') } }
    }
    case 'read': {
      const text = Buffer.from(await context.read(request.inputs.picture)).toString()
      let streamed = ''
      for await (const chunk of context.readStream(request.inputs.picture)) streamed += Buffer.from(chunk)
      return { outputs: { Image: { bytes: Buffer.from(`${text}|${streamed}`), mimeType: 'image/png' } } }
    }
  }
}
