import { mkdirSync, writeFileSync } from 'node:fs'
import { bundler, dist, inAscii, loadedWith, ownLoader } from './bundling.mjs'
import { providerNames } from './list-providers.mjs'
import { thirdPartyNotices } from './third-party-notices.mjs'

// Puts the modules that a program loads with the library into a few files: finding, reading and linking several hundred
// of them was half of what a first run in a new process costs. The compiler's files stay beside them; only the public
// entries become one line each, so this comes after the other bundles.

/** What a program that runs a blueprint needs of other packages; the rest is found in node_modules when it is used. */
const BUNDLED = [
  'ansi-regex',
  'eventemitter3',
  'fastest-levenshtein',
  'get-east-asian-width',
  'is-network-error',
  'mime',
  'mustache',
  'p-limit',
  'p-retry',
  'p-timeout',
  'string-width',
  'strip-ansi',
  'yaml',
  'yocto-queue',
  'zod',
]
const ENTRIES = ['index', 'provider', 'testing']

const folder = `${dist}lib`
const loader = `${dist}engine/provider/load-builtin.js`

/** What a run loads, on a local disk and beside a provider that calls no service. */
const RUNNING = [
  'engine/run/execute-run',
  'engine/execution/open-execution',
  'storage/local/open-local-store',
  'providers/template/template',
]

const bundled = bundler(
  Object.fromEntries(ENTRIES.map(name => [name, `${dist}${name}.js`])),
  BUNDLED,
  new Map([[loader, ownLoader(providerNames())]]),
)

const chunks = (await bundled({})).filter(file => file.type === 'chunk')
// What a provider's module imports, what the engine needs at its import, and what a first run does.
const ofProviders = loadedWith(chunks, ['provider'])
const ofEngine = loadedWith(chunks, ['index'])
const running = loadedWith(chunks, RUNNING)

/** @param {Set<string>} modules @param {string} name @param {number} priority */
const group = (modules, name, priority) => ({
  debugName: name,
  name: (/** @type {string} */ id) => (modules.has(id) ? name : null),
  priority,
})
const files = await bundled({
  codeSplitting: {
    groups: [
      group(ofProviders, 'provider-contract', 3),
      group(ofEngine, 'engine', 2),
      group(running, 'running', 1),
      { name: 'shared', minShareCount: 2, priority: 0 },
    ],
  },
})
mkdirSync(folder)
for (const file of files) {
  writeFileSync(`${folder}/${file.fileName}`, file.type === 'chunk' ? inAscii(file.code) : file.source)
}
for (const name of ENTRIES) writeFileSync(`${dist}${name}.js`, `export * from './lib/${name}.js'\n`)
writeFileSync(`${folder}/THIRD-PARTY-LICENSES.txt`, thirdPartyNotices(BUNDLED))
