import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { thirdPartyNotices } from './third-party-notices.mjs'

// Puts the several hundred modules that a command loads into a few files: most of the time of a short command
// is Node finding and reading its modules. The library stays as the compiler wrote it.

/** What every command needs of other packages; the rest is found in node_modules when it is used. */
const BUNDLED = [
  '@commander-js/extra-typings',
  'ansi-regex',
  'commander',
  'eventemitter3',
  'fastest-levenshtein',
  'get-east-asian-width',
  'p-limit',
  'string-width',
  'strip-ansi',
  'yaml',
  'yocto-queue',
  'zod',
]

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const folder = `${dist}cli`
const main = `${folder}/main.js`
const index = `${folder}/command-index.js`
const engine = `${dist}index.js`

const isPackage = (/** @type {string} */ id) => /^[\w@]/.test(id)
const isBundled = (/** @type {string} */ id) => BUNDLED.some(name => id === name || id.startsWith(`${name}/`))

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
const fixed = fixedIndex(await commandIndex())

const bundle = await rolldown({
  input: main,
  platform: 'node',
  external: id => isPackage(id) && !isBundled(id),
  // Of the engine's entry, a command takes what it uses.
  treeshake: { moduleSideEffects: id => id === main || !id.startsWith(dist) },
  plugins: [{ name: 'fixed-index', load: id => (id === index ? fixed : null) }],
})
const { output } = await bundle.generate({
  format: 'esm',
  chunkFileNames: '[name].js',
  codeSplitting: {
    groups: [
      { debugName: 'start', name: (id, graph) => (isOfTheStart(id, graph) ? 'start' : null), priority: 2 },
      { name: 'shared', minShareCount: 2, priority: 1 },
    ],
  },
})
await bundle.close()

rmSync(folder, { recursive: true })
mkdirSync(folder)
for (const file of output) {
  writeFileSync(`${folder}/${file.fileName}`, file.type === 'chunk' ? file.code : file.source)
}
// npm sets the run bit when it links the command, and a later install that builds again would lose it.
chmodSync(main, 0o755)
writeFileSync(`${folder}/THIRD-PARTY-LICENSES.txt`, thirdPartyNotices(BUNDLED))
