import { readFileSync } from 'node:fs'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { CommandEntry } from './command-index.js'
import { START } from './declare/command-group.js'

const HELP_TERM = 'help [command]'

/**
 * The command line: the command that the arguments name, with its options, and of the others what the help lists.
 * @param args what follows `showrunner`
 */
export async function createProgram(
  commands: readonly CommandEntry[],
  args: readonly string[],
): Promise<Command> {
  const terms = new Map(commands.map(({ name, term }) => [name, term]))
  const program = new Command('showrunner')
    .description(
      'Turns a blueprint and inputs into artifacts: thousands to millions of AI provider calls per run.',
    )
    .version(packageVersion())
    .configureHelp({ subcommandTerm: command => terms.get(command.name()) ?? HELP_TERM })
    .showHelpAfterError('(add --help for the options and examples)')
    .commandsGroup(START)
    .helpCommand(HELP_TERM, 'help for a command')
    .exitOverride()
  const called = calledName(args)
  for (const entry of commands) {
    const command = entry.name === called ? (await entry.load()).command : listed(entry)
    // An option of its own that is called like one of the program's is the command's.
    if (command.options.some(({ long }) => long === '--version')) program.enablePositionalOptions()
    program.addCommand(inherit(program, command))
  }
  return program
}

/** The first word that is no option; with `help run` the second one. */
function calledName(args: readonly string[]): string | undefined {
  const words = args.filter(arg => !arg.startsWith('-'))
  return words[0] === 'help' ? words[1] : words[0]
}

function listed({ name, description, group }: CommandEntry): CommandUnknownOpts {
  return new Command(name).description(description).helpGroup(group)
}

function inherit(program: Command, command: CommandUnknownOpts): CommandUnknownOpts {
  return command.copyInheritedSettings(program as CommandUnknownOpts)
}

function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
