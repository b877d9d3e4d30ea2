import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { blueprintJsonSchema, ERROR_CODES, JOB_ERROR_CODES } from '../../../index.js'
import { type CommandEntry, commandIndex } from '../../command-index.js'
import { START } from '../../declare/command-group.js'
import { type SchemaField, schemaFields } from '../../declare/schema-fields.js'
import { JSON_OPTION } from '../../declare/store-command.js'
import { commandsText, type DescribedCommand } from '../../display/commands-text.js'
import { printJson, printLine } from '../../display/output.js'
import { EXIT, EXIT_MEANINGS } from '../../exit/exit-code.js'

const declared = new Command('context')
  .description('what a program or an agent needs to know to use this command')
  .helpGroup(START)
  .option(...JSON_OPTION)

/** What `context --json` prints. */
export interface ContextOutput {
  readonly commands: readonly DescribedCommand[]
  readonly exitCodes: readonly { readonly code: number; readonly meaning: string }[]
  readonly errorCodes: { readonly command: readonly string[]; readonly jobs: readonly string[] }
  /** The fields of a blueprint. */
  readonly blueprint: readonly SchemaField[]
}

export const command = declared.action(context)

/** Everything comes from the declarations themselves. */
async function context({ json }: { json?: true }): Promise<void> {
  const commands = await Promise.all((await commandIndex()).map(described))
  const blueprint = [...schemaFields(blueprintJsonSchema())]
  const exitCodes = Object.entries(EXIT).map(([name, code]) => ({
    code,
    meaning: EXIT_MEANINGS[name as keyof typeof EXIT],
  }))
  const errorCodes = { command: ERROR_CODES, jobs: JOB_ERROR_CODES }
  if (json) await printJson<ContextOutput>({ commands, exitCodes, errorCodes, blueprint })
  else
    await printLine(
      [
        '# showrunner',
        'A blueprint (YAML) and inputs become a movie: jobs that call providers, and their results in a store. Run the same command again to continue: what is there is not made again. --json prints JSON on stdout; an error is {"error":{"code","message","details"}}.',
        '## Commands',
        commandsText(commands),
        '## Exit codes',
        ...exitCodes.map(({ code, meaning }) => `${code} ${meaning}`),
        '## Error codes',
        `of commands: ${ERROR_CODES.join(' ')}`,
        `of jobs: ${JOB_ERROR_CODES.join(' ')}`,
        '## Blueprint',
        ...blueprint.map(fieldText),
      ].join('\n'),
    )
}

async function described({ name, load }: CommandEntry): Promise<DescribedCommand> {
  const command: CommandUnknownOpts = name === 'context' ? declared : (await load()).command
  const help = command.createHelp()
  return {
    name,
    usage: help.subcommandTerm(command),
    description: command.description(),
    options: command.options.map(option => ({
      flags: option.flags,
      description: help.optionDescription(option),
    })),
  }
}

const fieldText = ({ path, type, isRequired, description }: SchemaField): string =>
  `${path}${type === '' ? '' : ` (${type}${isRequired ? ', required' : ''})`}${description ? `: ${description}` : ''}`
