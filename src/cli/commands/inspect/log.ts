import type { EventType, LoggedEvent } from '../../../index.js'
import { INSPECT } from '../../declare/command-group.js'
import { gatherOption, sequenceNumberOption } from '../../declare/option-values.js'
import { movieCommand, type OptionsOf } from '../../declare/store-command.js'
import { printJson, printLine } from '../../display/output.js'
import { shortenedText } from '../../display/shortened-text.js'
import { oneLineText } from '../../display/terminal-text.js'
import { openForReading } from '../../open-engine.js'

const declared = movieCommand('log')
  .description('the event log of a movie')
  .helpGroup(INSPECT)
  .option('--follow', 'continue with new events until Ctrl-C')
  .option('--since <seq>', 'only events after this sequence number', sequenceNumberOption)
  .option('--type <type>', 'only events of this type, e.g. job.failed', gatherOption)
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner log my-book --type job.failed
  $ showrunner log my-book --since 1200 --follow --json`,
  )

/** What `log --json` prints, a line an event. */
export type LogOutput = LoggedEvent['event'] & {
  /** From 1, in the order of the log. */
  readonly seq: number
}

export const command = declared.action(log)

async function log(id: string, options: OptionsOf<typeof declared>): Promise<void> {
  await using engine = await openForReading(options)
  const stop = new AbortController()
  const abort = () => stop.abort()
  process.once('SIGINT', abort)
  try {
    for await (const logged of engine.movie(id).events({
      types: options.type as readonly EventType[] | undefined,
      since: options.since,
      follow: options.follow,
      signal: stop.signal,
    })) {
      if (options.json) await printJson<LogOutput>({ seq: logged.seq, ...logged.event })
      else await printLine(line(logged))
    }
  } finally {
    process.off('SIGINT', abort)
  }
}

const VALUE_PLACES = 60

function line({ seq, event }: LoggedEvent): string {
  const { type, timestamp, ...rest } = event
  return `${String(seq).padStart(6)}  ${timestamp}  ${type.padEnd(13)}  ${facts(rest)}`
}

function facts(rest: object): string {
  return Object.entries(rest)
    .filter(([name]) => name !== 'hash' && name !== 'inputsHash' && name !== 'inputs')
    .map(([name, value]) => {
      const text = typeof value === 'string' ? oneLineText(value) : JSON.stringify(value)
      return `${name}=${shortenedText(text, VALUE_PLACES)}`
    })
    .join(' ')
}
