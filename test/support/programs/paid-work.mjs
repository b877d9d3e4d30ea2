// The movies of the kill test, and the program that is killed: `node paid-work.mjs <store> <movie> <calls file> <work>`.
import { fileURLToPath } from 'node:url'
import { openEngine } from '../../../dist/index.js'

/** Two layers and a fan-in. */
export const paidWork = {
  name: 'paid-work',
  inputs: { calls: 'text' },
  loops: { n: { count: 120 } },
  producers: {
    First: {
      loop: 'n',
      provider: 'paid',
      with: { calls: '${inputs.calls}' },
      outputs: { Text: 'text', Image: 'image/png' },
    },
    Second: {
      loop: 'n',
      provider: 'paid',
      with: { calls: '${inputs.calls}', text: '${First[n].Text}', image: '${First[n].Image}' },
      outputs: { Facts: 'json' },
    },
    All: {
      provider: 'paid',
      with: { calls: '${inputs.calls}', facts: '${Second[*].Facts}' },
      outputs: { Sum: 'text' },
    },
  },
}

/** Lists that are made while the jobs for others are running, some of them too large for the log, and a fan-in over all. */
export const listWork = {
  name: 'list-work',
  inputs: { calls: 'text' },
  loops: {
    row: { count: 40 },
    n: { over: '${Script[row].Scenes}', key: '${n.slug}', max: 10 },
  },
  producers: {
    Script: {
      loop: 'row',
      provider: 'paid',
      with: { calls: '${inputs.calls}' },
      outputs: { Scenes: 'json' },
    },
    Second: {
      loop: ['row', 'n'],
      provider: 'paid',
      with: { calls: '${inputs.calls}', slug: '${n.slug}' },
      outputs: { Facts: 'json' },
    },
    All: {
      provider: 'paid',
      with: { calls: '${inputs.calls}', facts: '${Second[*][*].Facts}' },
      outputs: { Sum: 'text' },
    },
  },
}

/** Elements that are tried until forty are accepted, some by work that a service takes once, and a fan-in over those. */
export const triedWork = {
  name: 'tried-work',
  inputs: { calls: 'text' },
  loops: { n: { until: { accepted: 40, of: 'Judge.Good', attempts: 300 } } },
  producers: {
    Draft: {
      loop: 'n',
      provider: 'paid',
      with: { calls: '${inputs.calls}', n: '${index.n}' },
      outputs: { Facts: 'json' },
    },
    Judge: {
      loop: 'n',
      provider: 'paid',
      with: { calls: '${inputs.calls}', facts: '${Draft[n].Facts}' },
      outputs: { Good: 'boolean' },
    },
    All: {
      provider: 'paid',
      with: { calls: '${inputs.calls}', facts: '${Draft[*].Facts}' },
      outputs: { Sum: 'text' },
    },
  },
}

export const works = { 'paid-work': paidWork, 'list-work': listWork, 'tried-work': triedWork }

export const openPaidEngine = store =>
  openEngine({
    store,
    concurrency: 16,
    threads: 2,
    providers: { paid: { module: fileURLToPath(new URL('../providers/paid.mjs', import.meta.url)) } },
  })

const [program, store, movieId, calls, work] = process.argv.slice(1)
if (program === fileURLToPath(import.meta.url)) {
  const engine = await openPaidEngine(store)
  process.stdout.write('starts\n')
  const result = await engine.run({ movieId, blueprint: works[work], inputs: { calls } })
  await engine.close()
  process.exitCode = result.status === 'succeeded' ? 0 : 1
}
