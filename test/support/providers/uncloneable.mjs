// Hands over objects that are JSON to look at, but that no MessagePort can clone.
const proxy = value => new Proxy(value, {})

export default {
  async produce({ inputs: { kind } }, context) {
    if (kind === 'checkpoint') await context.checkpoint(proxy({ id: 'p' }))
    if (kind === 'log') context.log(() => 0, Symbol('text'))
    if (kind === 'error') throw Object.assign(new Error('x'), { message: () => 0, stack: proxy({}) })
    return {
      outputs: {
        Text: kind === 'values' ? proxy({ list: Object.assign([1], { extra: () => 0 }) }) : 'plain',
      },
      ...(kind === 'usage' && { usage: proxy({ tokens: 1 }) }),
    }
  },
}
