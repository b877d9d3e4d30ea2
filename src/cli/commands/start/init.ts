import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { ShowrunnerError } from '../../../index.js'
import { START } from '../../declare/command-group.js'
import { JSON_OPTION } from '../../declare/store-command.js'
import { printJson, printLine } from '../../display/output.js'
import { invocation } from '../../invocation.js'
import { STARTER_FILES } from '../../starter-files.js'

/** What `init --json` prints. */
export interface InitOutput {
  /** Absolute path. */
  readonly folder: string
  /** Names in it. */
  readonly files: readonly string[]
}

export const command = new Command('init')
  .argument('[dir]', 'folder to write to', '.')
  .description('write a small blueprint, inputs and config to start from')
  .helpGroup(START)
  .option(...JSON_OPTION)
  .action(init)

/** Writes a project to start from; never over a file that is there. */
async function init(dir: string, options: { json?: boolean }): Promise<void> {
  const folder = resolve(dir)
  const files = Object.keys(STARTER_FILES)
  const taken = files.find(name => existsSync(join(folder, name)))
  if (taken !== undefined) throw unusable(`${join(folder, taken)} exists already`)
  try {
    await mkdir(folder, { recursive: true })
    for (const [name, content] of Object.entries(STARTER_FILES))
      await writeFile(join(folder, name), content, { flag: 'wx' })
  } catch (error) {
    throw unusable(`${folder} cannot be written to (${(error as Error).message})`, error)
  }
  if (options.json) await printJson<InitOutput>({ folder, files })
  else await printLine(`Wrote ${files.join(', ')} to ${folder}\n\nNext:\n${next(folder)}`)
}

function next(folder: string): string {
  const path = relative(process.cwd(), folder)
  const enter = path === '' ? '' : `  cd ${path}\n`
  const command = invocation()
  return `${enter}  ${command} run postcards.yaml -i rows=@places.csv\n  ${command} artifacts postcards`
}

function unusable(what: string, cause?: unknown): ShowrunnerError {
  return new ShowrunnerError(
    'USAGE_INVALID',
    `${what}. Choose a new or empty folder: ${invocation()} init my-movie`,
    { cause },
  )
}
