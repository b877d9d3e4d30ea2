// An embedding program that looks only at events, forgets to close the engine, and must end by itself.
import { openEngine } from '../../../dist/index.js'

const engine = await openEngine({ store: 'memory:' })
const producers = {
  Fine: { provider: 'template', config: { template: 'fine' }, outputs: { Text: 'text' } },
  Bad: {
    provider: 'simulate',
    config: { failureRate: 1, failureCode: 'content' },
    outputs: { Text: 'text' },
  },
}
await engine
  .run({ blueprint: { name: 'embedded', producers } })
  .on('job', ({ state, jobId }) => console.log(state, jobId))
