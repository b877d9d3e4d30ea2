import { readdirSync } from 'node:fs'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { COMMAND_GROUPS } from './declare/command-group.js'

/** What the list of commands in the help needs of a command, without its code. */
interface CommandSummary {
  readonly name: string
  /** `run [options] <blueprint>` */
  readonly term: string
  readonly description: string
  readonly group: string
}

export interface CommandEntry extends CommandSummary {
  /** Its file below `commands/`, without the ending: `build/run`. */
  readonly file: string
  load(): Promise<CommandModule>
}

/** What a file below `commands/` exports. */
interface CommandModule {
  readonly command: CommandUnknownOpts
}

/**
 * All commands: each file of the folder and the folders in it declares one, and nothing else lists them. The build puts a list of the same
 * in the place of this function, so that a command loads no code of the others.
 */
export async function commandIndex(
  folder = new URL('./commands/', import.meta.url),
): Promise<readonly CommandEntry[]> {
  const paths = readdirSync(folder, { recursive: true }) as string[]
  const files = paths
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => /\.[jt]s$/.test(path) && !path.endsWith('.d.ts'))
  const entries = await Promise.all(
    files.map(async name => {
      const load = () => import(new URL(name, folder).href) as Promise<CommandModule>
      return { ...summaryOf((await load()).command), file: name.replace(/\.[jt]s$/, ''), load }
    }),
  )
  const rank = ({ group }: CommandEntry) => (COMMAND_GROUPS as readonly string[]).indexOf(group)
  return entries.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
}

function summaryOf(command: CommandUnknownOpts): CommandSummary {
  return {
    name: command.name(),
    term: command.createHelp().subcommandTerm(command),
    description: command.description(),
    group: command.helpGroup(),
  }
}
