import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { thirdPartyNotices } from './third-party-notices.mjs'

// Builds the page that `showrunner ui` serves into dist/page. What was built from the same sources and packages is kept
// below node_modules and copied, since most builds change nothing of the page.

/** What the page has of other packages. */
const BUNDLED = [
  '@dagrejs/dagre',
  '@dagrejs/graphlib',
  '@preact/signals',
  '@preact/signals-core',
  '@tanstack/virtual-core',
  'preact',
  'uplot',
]

const root = fileURLToPath(new URL('../', import.meta.url))
const kept = `${root}node_modules/.cache/showrunner-page`
const target = `${root}dist/page`

function sourcesHash() {
  const hash = createHash('sha256')
  const own = readdirSync(`${root}page`, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => `${entry.parentPath}/${entry.name}`)
  for (const file of [...own.sort(), `${root}package-lock.json`, fileURLToPath(import.meta.url)])
    hash.update(`${file.slice(root.length)}\n`).update(readFileSync(file))
  return hash.digest('hex')
}

const hash = sourcesHash()
if (!existsSync(`${kept}/${hash}`)) {
  await build({ configFile: `${root}page/vite.config.mjs` })
  writeFileSync(`${target}/THIRD-PARTY-LICENSES.txt`, thirdPartyNotices(BUNDLED))
  rmSync(kept, { recursive: true, force: true })
  mkdirSync(kept, { recursive: true })
  cpSync(target, `${kept}/${hash}`, { recursive: true })
} else cpSync(`${kept}/${hash}`, target, { recursive: true })
