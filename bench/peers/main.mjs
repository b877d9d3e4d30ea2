// npm run bench:peers -- --help
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { estimate } from '../measure/statistics.mjs'
import { environment, printEnvironment } from '../report/environment.mjs'
import { startSlowServer } from '../support/slow-server.mjs'
import { KINDS } from '../work/work.mjs'
import { CONTENDERS, jobsOf, LOADS } from './contenders.mjs'
import { startServer } from './servers.mjs'
import { markdownTables, printPeers } from './tables.mjs'

const execute = promisify(execFile)
const FOLDER = fileURLToPath(new URL('.', import.meta.url))

const HELP = `npm run bench:peers -- [options]

The same work by showrunner and by others, each in a process of its own, in turn, round by round.
Installs their packages in bench/peers on first use. BullMQ needs Debian's redis-server and DBOS Debian's
postgresql (apt-get install redis-server postgresql); both are started here, and left out when they are missing.

  --kinds A,B      of the work: ${KINDS.join(', ')}
  --rounds N       3
  --json FILE      writes the result
  --from FILE      measures nothing: prints a result again
  --markdown       prints the tables as they stand in docs/performance/others.md
  --help
`

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    kinds: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
    from: { type: 'string' },
    markdown: { type: 'boolean', default: false },
  },
})

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

if (options.help) console.log(HELP)
else {
  const result =
    options.from === undefined ? await measureAll() : JSON.parse(await readFile(options.from, 'utf8'))
  if (options.markdown) console.log(markdownTables(result))
  else printPeers(result)
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, rounded, 1)}\n`)
}

async function measureAll() {
  const kinds = options.kinds?.split(',') ?? [...KINDS]
  const unknown = kinds.find(kind => !(kind in LOADS))
  if (unknown !== undefined) {
    console.error(`There is no work of the kind "${unknown}". There are: ${KINDS.join(', ')}.`)
    process.exit(2)
  }
  if (!existsSync(join(FOLDER, 'node_modules'))) {
    console.log('installing the packages of the peers in bench/peers')
    await execute('npm', ['ci', '--ignore-scripts'], { cwd: FOLDER })
  }
  const about = environment()
  printEnvironment(about)
  const folder = await mkdtemp(join(tmpdir(), 'showrunner-peers-'))
  const servers = {
    redis: await startServer('redis', folder),
    postgres: await startServer('postgres', folder),
  }
  const slow = await startSlowServer()
  try {
    const contenders = CONTENDERS.filter(
      ({ server }) => server === undefined || servers[server] !== undefined,
    )
    const rows = []
    for (const kind of kinds) rows.push(...(await rounds(kind, contenders, servers, slow.url)))
    return { ...about, contenders, loads: LOADS, rows }
  } finally {
    await slow.close()
    for (const server of Object.values(servers)) await server?.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * @param {string} kind @param {readonly import('./contenders.mjs').Contender[]} contenders
 * @param {Record<string, import('./servers.mjs').Server | undefined>} servers @param {string} url
 */
async function rounds(kind, contenders, servers, url) {
  /** @type {Map<string, { ms: number, cpuMs: number, peakBytes: number }[]>} */
  const uses = new Map(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const args = [kind, jobsOf(contender, kind), LOADS[kind].concurrency, url].map(String)
      const program = join(FOLDER, 'programs', `${contender.program}.mjs`)
      const server = contender.server === undefined ? undefined : servers[contender.server]
      const env = { ...process.env, ...server?.environment, ...contender.environment }
      const { stdout } = await execute(process.execPath, [program, ...args], { env, cwd: FOLDER })
      uses.get(contender.name)?.push(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
      process.stderr.write('.')
    }
  }
  process.stderr.write(` ${kind}\n`)
  const own = uses.get(contenders[0].name) ?? []
  return contenders.map(contender => {
    const jobs = jobsOf(contender, kind)
    const used = uses.get(contender.name) ?? []
    const rate = (/** @type {{ ms: number }} */ { ms }, /** @type {number} */ count) => (count / ms) * 1_000
    return {
      kind,
      contender: contender.name,
      jobs,
      jobsPerSecond: estimate(used.map(use => rate(use, jobs))),
      cpuMicrosecondsPerJob: estimate(used.map(({ cpuMs }) => (cpuMs / jobs) * 1_000)),
      memoryMegabytes: estimate(used.map(({ peakBytes }) => peakBytes / 1e6)),
      /** Of the same round: so many times as fast as showrunner. */
      timesAsFast: estimate(
        used.map((use, round) => rate(use, jobs) / rate(own[round], jobsOf(contenders[0], kind))),
      ),
    }
  })
}

/** @param {string} _ @param {unknown} value */
function rounded(_, value) {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value
}
