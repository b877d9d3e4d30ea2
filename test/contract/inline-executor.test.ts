import { InlineExecutor } from '../../src/workers/inline/inline-executor.js'
import faulty from '../support/providers/faulty.mjs'
import { executorContract } from './executor-contract.js'

executorContract({
  open: limits => new InlineExecutor(limits),
  provider: { type: 'inline', name: 'faulty' },
  inlineProviders: new Map([['faulty', faulty]]),
  losesWorkers: false,
})
