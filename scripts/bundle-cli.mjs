import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { bundler, dist, inAscii, loadedWith, ownLoader } from './bundling.mjs'
import { providerNames } from './list-providers.mjs'
import { thirdPartyNotices } from './third-party-notices.mjs'

// Puts the several hundred modules that a command loads into a few files: most of the time of a short command
// is Node finding and reading its modules. The library stays as the compiler wrote it.

/** What every command needs of other packages; the rest is found in node_modules when it is used. */
const BUNDLED = [
  '@commander-js/extra-typings',
  'ansi-escapes',
  'ansi-regex',
  'ansi-styles',
  'cli-cursor',
  'commander',
  'environment',
  'eventemitter3',
  'fastest-levenshtein',
  'get-east-asian-width',
  'is-fullwidth-code-point',
  'is-network-error',
  'log-update',
  'mime',
  'mimic-function',
  'mustache',
  'onetime',
  'p-limit',
  'p-retry',
  'p-timeout',
  'restore-cursor',
  'signal-exit',
  'slice-ansi',
  'string-width',
  'strip-ansi',
  'wrap-ansi',
  'yaml',
  'yocto-queue',
  'zod',
]

const folder = `${dist}cli`
const main = `${folder}/main.js`
const index = `${folder}/command-index.js`
const engine = `${dist}index.js`
const loader = `${dist}engine/provider/load-builtin.js`

const isOfProviders = (/** @type {string} */ id) =>
  id.startsWith(`${dist}providers/`) || /node_modules\/(is-network-error|mime|mustache|p-retry)\//.test(id)

/** What commands load that look at a movie, or tidy it up. */
const LOOKING = [
  'cli/commands/change/gc',
  'cli/commands/inspect/list',
  'cli/commands/inspect/log',
  'cli/commands/inspect/status',
  'cli/commands/inspect/verify',
  'engine/config/read-config',
  'engine/operations/gc-movie',
  'engine/operations/movie-events',
  'engine/operations/movie-status',
  'engine/operations/verify-movie',
  'storage/local/open-local-store',
]
/** What `plan` loads. */
const PLANNING = [
  'cli/commands/build/plan',
  'engine/config/read-config',
  'engine/operations/preview-movie',
  'storage/local/open-local-store',
]
/** What `run` loads. */
const RUNNING = [
  'cli/commands/build/run',
  'engine/config/read-config',
  'engine/run/execute-run',
  'engine/execution/open-execution',
  'storage/local/open-local-store',
]
/** A provider that calls no service. */
const PLAIN_PROVIDER = 'providers/template/template'

/** @type {Set<string> | undefined} */
let ofTheStart

/**
 * Everything that help and version need, and no more. Not the main module itself: it waits for the command, and
 * the command would wait for a file with it.
 * @param {string} id
 * @param {{ getModuleInfo(id: string): { importedIds: string[] } | null }} graph
 */
function isOfTheStart(id, graph) {
  if (ofTheStart === undefined) {
    ofTheStart = new Set([main])
    for (const each of ofTheStart) {
      for (const imported of graph.getModuleInfo(each)?.importedIds ?? []) {
        if (imported === engine)
          throw new Error(`Help and version would load the engine: ${each} imports it.`)
        ofTheStart.add(imported)
      }
    }
    ofTheStart.delete(main)
  }
  return ofTheStart.has(id)
}

/**
 * The list of commands as their files declare them now, so that the command need not load all of them to find one.
 * @param {readonly import('../dist/cli/command-index.js').CommandEntry[]} entries
 */
function fixedIndex(entries) {
  const lines = entries.map(
    ({ load: _, ...entry }) =>
      `{ ...${JSON.stringify(entry)}, load: () => import('./commands/${entry.file}.js') },`,
  )
  return `export const commandIndex = async () => [\n${lines.join('\n')}\n]\n`
}

const { commandIndex } = await import(index)
const replaced = new Map([
  [index, fixedIndex(await commandIndex())],
  [loader, ownLoader(providerNames())],
])

const bundled = bundler(main, BUNDLED, replaced)
const chunks = (await bundled({})).filter(file => file.type === 'chunk')
const looking = loadedWith(chunks, LOOKING)
const planning = loadedWith(chunks, PLANNING)
const running = loadedWith(chunks, RUNNING)
const plainKit = loadedWith(chunks, [PLAIN_PROVIDER])

/**
 * The file of a module that several others use: what almost all commands load; what a plan needs beside, then a run;
 * what providers without a service need, and those with one; the rest.
 * @param {string} id
 */
function sharedFileOf(id) {
  if (looking.has(id)) return 'engine'
  if (planning.has(id)) return 'planning'
  if (running.has(id)) return 'running'
  if (plainKit.has(id)) return 'kit'
  return isOfProviders(id) ? 'services' : 'shared'
}

const output = await bundled({
  codeSplitting: {
    groups: [
      { debugName: 'start', name: (id, graph) => (isOfTheStart(id, graph) ? 'start' : null), priority: 1 },
      { debugName: 'shared', name: sharedFileOf, minShareCount: 2, priority: 0 },
    ],
  },
})

rmSync(folder, { recursive: true })
mkdirSync(folder)
for (const file of output) {
  writeFileSync(`${folder}/${file.fileName}`, file.type === 'chunk' ? inAscii(file.code) : file.source)
}
// npm sets the run bit when it links the command, and a later install that builds again would lose it.
chmodSync(main, 0o755)
writeFileSync(`${folder}/THIRD-PARTY-LICENSES.txt`, thirdPartyNotices(BUNDLED))
