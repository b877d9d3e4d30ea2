// npm run docs: the pages of docs/ and the reference of the programming interface, as a web site in site/dist.
// A dead link or a reference to a name that does not exist fails it.
import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Application } from 'typedoc'
import { build } from 'vitepress'

const SITE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = join(SITE, '..')
const PAGES = join(SITE, 'pages')
/** What the public entries export and says nothing of itself. Only ever lowered. */
const UNDOCUMENTED_LIMIT = 3

rmSync(PAGES, { recursive: true, force: true })
cpSync(join(ROOT, 'docs'), PAGES, { recursive: true })
await writeReference(join(PAGES, 'api'))
process.chdir(SITE)
await build(SITE)
console.log(`The site is in site/dist, ${htmlPages(join(SITE, 'dist'))} pages.`)

/** @param {string} out */
async function writeReference(out) {
  const app = await Application.bootstrapWithPlugins({
    entryPoints: ['index', 'provider', 'testing'].map(name => join(ROOT, 'src', `${name}.ts`)),
    tsconfig: join(SITE, 'tsconfig.json'),
    plugin: ['typedoc-plugin-markdown'],
    // Types are checked by the project's own compiler.
    skipErrorChecking: true,
    readme: 'none',
    name: 'Programming interface',
    excludePrivate: true,
    excludeInternal: true,
    disableSources: true,
    validation: { notExported: false, invalidLink: true, notDocumented: true },
    // Options of the plugin.
    ...{ hidePageHeader: true, hideBreadcrumbs: false, useCodeBlocks: true, sanitizeComments: true },
  })
  const project = await app.convert()
  if (project === undefined || app.logger.hasErrors()) throw new Error('The reference could not be read.')
  const undocumented = countUndocumented(app, () => app.validate(project))
  if (undocumented > UNDOCUMENTED_LIMIT)
    throw new Error(
      `${undocumented} exported things have no documentation, and ${UNDOCUMENTED_LIMIT} may. Say above each what it is, with its unit.`,
    )
  await app.outputs.writeOutput({ name: 'markdown', path: out }, project)
  if (app.logger.hasErrors()) throw new Error('The reference could not be written.')
}

/**
 * @param {Application} app
 * @param {() => void} validate
 */
function countUndocumented(app, validate) {
  const { warn } = app.logger
  let count = 0
  app.logger.warn = (message, ...rest) => {
    if (String(message).includes('does not have any documentation')) count++
    warn.call(app.logger, message, ...rest)
  }
  validate()
  app.logger.warn = warn
  return count
}

/** @param {string} folder */
function htmlPages(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.html'))
    .length
}
