import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

/** The packages' licenses ask for their text wherever a copy goes. @param {readonly string[]} names */
export const thirdPartyNotices = names => names.map(notice).join('\n')

function notice(/** @type {string} */ name) {
  const from = `${root}node_modules/${name}`
  const license = readdirSync(from).find(file => /^licen[cs]e(\.|$)/i.test(file))
  if (license === undefined) throw new Error(`The package ${name} has no license file to hand on.`)
  return `${name}\n\n${readFileSync(`${from}/${license}`, 'utf8')}`
}
