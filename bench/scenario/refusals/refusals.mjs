import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { timed } from '../../measure/measure.mjs'
import { figureRow, number, timeRow } from '../../report/row.mjs'
import { oneLayer, timeRun, withEngine } from '../../support/engine.mjs'
import { GROUPS } from './cases.mjs'
import { idealMs } from './limited-service.mjs'
import { obedientLoop } from './obedient-loop.mjs'

/** @typedef {import('./cases.mjs').Case} Case */

const PROVIDER = fileURLToPath(new URL('../../work/fetching-provider.mjs', import.meta.url))
const SERVER = fileURLToPath(new URL('../../programs/limited-server.mjs', import.meta.url))
const LOOP = 'p-limit and fetch, obeying Retry-After'
const SMOKE_JOBS = 12
/** Refusals count from here on: a window, in which a limit becomes known. */
const LEARNED_MS = 6_000

/**
 * Services that say no: what do they cost, against a loop that waits as long as it is told? Nothing is configured but
 * what a name says. Both sides run at the same time, each against a service of its own with the same rules.
 *
 * @param {boolean} isSmoke @param {readonly string[]} texts names of the cases contain one of them; none: all cases
 */
export async function refusals(isSmoke, texts) {
  const wanted = GROUPS.map(group => group.filter(each => isWanted(each, texts)))
  const groups = isSmoke
    ? [wanted.flat().map(each => ({ ...each, jobs: SMOKE_JOBS, byModel: each.byModel && { big: 3 } }))]
    : wanted
  const rows = []
  for (const cases of groups) if (cases.length > 0) rows.push(...(await runGroup(cases)))
  if (rows.length === 0) throw new Error(`No case is named like ${texts.join(' or ')}.`)
  return rows
}

/** @param {Case} each @param {readonly string[]} texts */
const isWanted = ({ name }, texts) => texts.length === 0 || texts.some(text => name.includes(text))

/** @param {readonly Case[]} cases */
async function runGroup(cases) {
  const server = await startServer(cases)
  const providers = Object.fromEntries(
    cases.map(({ limits, models }, at) => [
      `case-${at}`,
      {
        module: PROVIDER,
        config: { url: `${server.url}/${at}/ours` },
        ...(limits && { limits }),
        ...(models && { models }),
      },
    ]),
  )
  try {
    return await withEngine(
      async engine => {
        // Threads, connections and compiled code are there for both sides.
        const warm = { ...blueprintOf('warm', {}), producers: oneLayer.producers }
        await timeRun(engine, { movieId: 'warm', blueprint: warm, inputs: { jobs: 200 } })
        return (await Promise.all(cases.map((each, at) => runCase(each, at, engine, server)))).flat()
      },
      { providers: { ...providers, noop: { module: PROVIDER, config: { url: `${server.url}/warm/ours` } } } },
    )
  } finally {
    await server.close()
  }
}

/**
 * @param {Case} each @param {number} at @param {import('showrunner').Engine} engine
 * @param {Awaited<ReturnType<typeof startServer>>} server
 */
async function runCase(each, at, engine, server) {
  const [ours, theirs] = await Promise.all([
    timed(() => runOurs(each, at, engine)),
    timed(() => runLoop(each, `${server.url}/${at}/loop`)),
  ])
  const [oursRefused, loopRefused] = await Promise.all(
    ['ours', 'loop'].map(side => server.refused(`/${at}/${side}`)),
  )
  const { name } = each
  const pairs = { ours: [ours], theirs: [theirs] }
  if (each.kind === 'chance') return [timeRow({ name, goal: 1.1, against: LOOP }, pairs)]
  const ideal = bestMs(each)
  return [
    timeRow({ name, goal: 1.25, against: LOOP }, pairs),
    figureRow(
      {
        name: `${name}: of the limit`,
        goal: 95,
        unit: '%',
        better: 'at least',
        measured: `${number(ideal / 1_000)} s of ${number(ours / 1_000)} s`,
        against: `${Math.round((ideal / theirs) * 100)} %, the loop`,
      },
      [(ideal / ours) * 100],
    ),
    figureRow(
      {
        name: `${name}: refused`,
        goal: 2,
        unit: '%',
        better: 'at most',
        measured: 'of all calls after 6 s',
        against: `${Math.round(loopRefused)} %, the loop`,
      },
      [oursRefused],
    ),
  ]
}

/** @param {Case} each @param {number} at @param {import('showrunner').Engine} engine */
async function runOurs({ jobs, places, runs = 1, byModel = {} }, at, engine) {
  const blueprint = blueprintOf(`case-${at}`, byModel)
  const ofModels = Object.values(byModel).reduce((sum, count) => sum + count, 0)
  await Promise.all(
    Array.from({ length: runs }, (_, run) =>
      timeRun(engine, {
        movieId: `case-${at}-${run}`,
        blueprint,
        inputs: { jobs: (jobs - ofModels) / runs, ...byModel },
        concurrency: Math.ceil(places / runs),
      }),
    ),
  )
}

/** @param {Case} each @param {string} url */
async function runLoop({ jobs, places, byModel = {} }, url) {
  const ofModels = Object.entries(byModel)
  const rest = jobs - ofModels.reduce((sum, [, count]) => sum + count, 0)
  // A loop for each model, which share the places.
  const own = Math.floor(places / (1 + ofModels.length))
  await Promise.all([
    obedientLoop(url, rest, own),
    ...ofModels.map(([model, count]) => obedientLoop(`${url}?model=${model}`, count, own)),
  ])
}

/** A producer, and one for each model. @param {string} provider @param {Record<string, number>} byModel */
function blueprintOf(provider, byModel) {
  const models = Object.keys(byModel)
  const producer = (/** @type {string} */ loop, /** @type {{ model?: string }} */ ofModel) => ({
    loop,
    provider,
    ...ofModel,
    with: { number: `\${index.${loop}}` },
    outputs: { Text: 'text' },
  })
  return {
    name: 'refusals',
    inputs: Object.fromEntries(['jobs', ...models].map(name => [name, 'integer'])),
    loops: Object.fromEntries([
      ['job', { count: '${inputs.jobs}' }],
      ...models.map((model, at) => [`model${at}`, { count: `\${inputs.${model}}` }]),
    ]),
    producers: Object.fromEntries([
      ['Work', producer('job', {})],
      ...models.map((model, at) => [`Work${at}`, producer(`model${at}`, { model })]),
    ]),
  }
}

/** @param {Case} each */
function bestMs({ rules, jobs, places, byModel = {} }) {
  const { models = {}, callMs } = rules
  const ofModels = Object.entries(models).map(([model, burst]) =>
    idealMs({ callMs, perSecond: [[0, burst]], burst }, byModel[model], places),
  )
  return Math.max(idealMs(rules, jobs, places), ...ofModels)
}

/** The services in a process of their own, whose work is not counted as ours. @param {readonly Case[]} cases */
async function startServer(cases) {
  const rules = { ...cases.map(({ rules }) => rules), warm: { callMs: [1, 5] } }
  const child = spawn(process.execPath, [SERVER, JSON.stringify(rules)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  const url = String(line).trim()
  return {
    url,
    /** Per cent of the calls after the time of learning. @param {string} path */
    async refused(path) {
      const response = await fetch(url + path)
      const calls = /** @type {[number, boolean][]} */ (await response.json())
      const later = calls.filter(([atMs]) => atMs >= LEARNED_MS)
      return later.length === 0 ? 0 : (100 * later.filter(([, isTaken]) => !isTaken).length) / later.length
    },
    async close() {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}
