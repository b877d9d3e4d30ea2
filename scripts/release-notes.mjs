// node scripts/release-notes.mjs VERSION: prints the changes of a version, as they stand in CHANGELOG.md; fails when the
// version is not that of package.json, when nothing is written about it, or when it could not carry its provenance.
import { readFileSync } from 'node:fs'

const version = process.argv[2]
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const changes = readFileSync('CHANGELOG.md', 'utf8')

if (version !== manifest.version) fail(`package.json says ${manifest.version}, not ${version}`)
if (manifest.repository === undefined)
  fail('package.json has no "repository": npm compares the provenance with it, and refuses the package')
const [, notes] = changes.split(new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\].*$`, 'm'))
if (notes === undefined) fail(`CHANGELOG.md has no section "## [${version}]"`)
console.log(notes.split(/^## /m)[0].trim())

/** @param {string} problem @returns {never} */
function fail(problem) {
  console.error(`${problem}.`)
  process.exit(1)
}
