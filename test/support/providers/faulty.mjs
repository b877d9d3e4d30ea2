// Does what `inputs.act` says: each act is one way in which a provider can misbehave.
let together = 0
const acts = {
  echo: ({ inputs }) => inputs.text ?? 'made',
  exit: () => process.exit(3),
  // When neighbours have settled, but before the turn ends in which they did.
  exitSoon: async () => {
    for (let tick = 0; tick < 100; tick++) await null
    process.exit(3)
  },
  loop: () => {
    for (;;);
  },
  never: () => new Promise(() => {}),
  neverThenSay: (_request, context) =>
    new Promise(() => context.signal.addEventListener('abort', () => context.log('info', 'aborted'))),
  untilAbort: (_request, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  late: (_request, { signal }) =>
    new Promise(resolve => signal.addEventListener('abort', () => setTimeout(resolve, 300, 'too late'))),
  inGrace: (_request, { signal }) =>
    new Promise(resolve => signal.addEventListener('abort', () => resolve('made after all'))),
  storeInGrace: (_request, { signal, blob }) =>
    new Promise((resolve, reject) =>
      signal.addEventListener('abort', () =>
        setTimeout(() => blob(Buffer.from('kept'), 'text/plain').then(() => resolve('stored'), reject), 30),
      ),
    ),
  uncaught: () =>
    new Promise(() => {
      setTimeout(() => {
        throw new Error('nobody catches this')
      })
    }),
  rejection: () =>
    new Promise(() => {
      void Promise.reject(Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED' }))
    }),
  memory: async () => {
    const hoard = []
    for (;;) {
      hoard.push(Array.from({ length: 100_000 }, (_, index) => ({ index })))
      await new Promise(resolve => setImmediate(resolve))
    }
  },
  throw: () => {
    throw new TypeError('broken')
  },
  tell: async (_request, context) => {
    context.log('info', 'first')
    context.progress(0.5)
    await new Promise(resolve => setImmediate(resolve))
    context.log('info', 'last')
    return 'told'
  },
  checkpoint: async (_request, context) => {
    await context.checkpoint({ predictionId: 'p' })
    return 'durable'
  },
  wait: ({ inputs }) => new Promise(resolve => setTimeout(resolve, inputs.waitMs, 'waited')),
  // The thread, and how many jobs it has at the moment.
  threadSoon: async () => {
    together++
    await new Promise(resolve => setTimeout(resolve, 30))
    const { threadId } = await import('node:worker_threads')
    const answer = `${threadId}:${together}`
    setTimeout(() => together--, 0)
    return answer
  },
  thread: async () => String((await import('node:worker_threads')).threadId),
}

export default {
  async produce(request, context) {
    if (request.inputs.say) context.log('info', request.inputs.act)
    return { outputs: { Text: await acts[request.inputs.act](request, context) } }
  },
}
