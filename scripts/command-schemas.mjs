import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createGenerator } from 'ts-json-schema-generator'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Declarations, in which constants have types of their own. */
const TYPES = `${ROOT}node_modules/.cache/command-types`

/** `list` → `ListOutput` */
const typeOf = (/** @type {string} */ name) => `${name[0]?.toUpperCase()}${name.slice(1)}Output`

/**
 * The JSON Schema (draft 7) of a line that each command prints with --json, by the command's name: from the type that
 * its file exports. `error` is what all print when they fail.
 * @returns {Map<string, object>}
 */
export function commandSchemas() {
  const compiler = [`${ROOT}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json']
  execFileSync(process.execPath, [...compiler, '--emitDeclarationOnly', '--outDir', TYPES], { cwd: ROOT })
  const files = /** @type {string[]} */ (readdirSync(`${ROOT}src/cli/commands`, { recursive: true }))
  const names = files.filter(path => path.endsWith('.ts')).map(path => basename(path, '.ts'))
  const generator = createGenerator({
    path: `${TYPES}/cli/{commands/**/*,display/error-text}.d.ts`,
    tsconfig: `${ROOT}tsconfig.json`,
    skipTypeCheck: true,
    additionalProperties: true,
    topRef: false,
    expose: 'export',
  })
  return new Map([...names.sort(), 'error'].map(name => [name, schemaOf(name)]))

  function schemaOf(/** @type {string} */ name) {
    const { $schema, ...schema } = generator.createSchema(typeOf(name))
    return {
      $schema,
      title:
        name === 'error'
          ? 'What a command prints with --json when it fails'
          : `A line of showrunner ${name} --json`,
      ...schema,
    }
  }
}
