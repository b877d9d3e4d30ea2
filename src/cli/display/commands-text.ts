/** An option as a command declares it. */
interface DescribedOption {
  readonly flags: string
  readonly description: string
}

/** A command as it declares itself. */
export interface DescribedCommand {
  readonly name: string
  readonly usage: string
  readonly description: string
  readonly options: readonly DescribedOption[]
}

/** Options that so many commands have are told once. */
const SHARED_BY = 3

/** The commands with their options; what several have alike stands at the end, and by its name in each. */
export function commandsText(commands: readonly DescribedCommand[]): string {
  const counts = new Map<string, number>()
  for (const { options } of commands)
    for (const option of options) counts.set(optionLine(option), (counts.get(optionLine(option)) ?? 0) + 1)
  const isShared = (option: DescribedOption) => counts.get(optionLine(option))! >= SHARED_BY
  const blocks = commands.flatMap(({ usage, description, options }) => {
    const shared = options.filter(isShared).map(({ flags }) => flags.replace(/ [<[].*/, ''))
    return [
      `${usage}: ${description}`,
      ...options.filter(option => !isShared(option)).map(optionLine),
      ...(shared.length > 0 ? [`  and ${shared.join('; ')}`] : []),
    ]
  })
  const shared = [...counts].filter(([, count]) => count >= SHARED_BY).map(([line]) => line)
  return [...blocks, '## Options of several commands', ...shared].join('\n')
}

const optionLine = ({ flags, description }: DescribedOption): string => `  ${flags}: ${description}`
