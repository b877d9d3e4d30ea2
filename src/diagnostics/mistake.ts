/** Mistakes that one error lists; the rest is counted. */
export const MISTAKE_LIMIT = 100

/** One mistake in a blueprint, in inputs, in a config or in options: where, what was expected and got, and the nearest right name. */
export interface Mistake {
  /** What is wrong, and what to write instead. */
  readonly message: string
  /** `producers.Picture.with.prompt`, `rows.3.prompt` */
  readonly path: string
  /** The file that it is in; absent for what a program gave. */
  readonly file?: string
  /** From 1; absent for blueprints given as objects. */
  readonly line?: number
  /** From 1, in characters. */
  readonly column?: number
  /** The name, or the way to write it, that was probably meant. */
  readonly suggestion?: string
}

/** A heading, then one line a mistake: `file:line:column message`. */
export function mistakesText(subject: string, mistakes: readonly Mistake[], count: number): string {
  const heading = `${subject} has ${count === 1 ? '1 mistake' : `${count} mistakes`}:`
  const rest = count - mistakes.length
  return [
    heading,
    ...mistakes.map(mistake => `  ${mistakeLine(mistake)}`),
    ...(rest > 0 ? [`  … and ${rest} more.`] : []),
  ].join('\n')
}

function mistakeLine({ message, path, file, line, column, suggestion }: Mistake): string {
  const place = [file, line, column].filter(part => part !== undefined).join(':')
  const where = line === undefined ? [place, path].filter(part => part !== '').join(' ') : place
  const text = where === '' ? message : line === undefined ? `${where}: ${message}` : `${where} ${message}`
  return suggestion === undefined ? text : `${text} Did you mean ${quoted(suggestion)}?`
}

const quoted = (suggestion: string) => (/^[\w-]+$/.test(suggestion) ? `"${suggestion}"` : suggestion)
