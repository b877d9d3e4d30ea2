import type { ReviewedOutput, ReviewTally } from '../../../index.js'
import { formatCount } from '../output.js'

/** `3 pictures wait for you`, and the commands to go on with. */
export function reviewLines(review: ReviewTally | undefined, movieId: string): readonly string[] {
  if (review === undefined) return []
  const { waiting, rejected } = review
  const lines: string[] = []
  if (waiting > 0) {
    lines.push(`${waitingText(review)}. What reads them is made once you have approved them.`)
    lines.push(
      `Judge them: "showrunner review ${movieId}" opens them in a browser; or in a file: "showrunner review export ${movieId} > decisions.jsonl", then "showrunner review apply ${movieId} decisions.jsonl".`,
    )
  }
  if (rejected > 0)
    lines.push(
      `${formatCount(rejected)} rejected: the next run makes ${rejected === 1 ? 'it' : 'them'} again.`,
    )
  lines.push('Then run the same command again to go on.')
  return lines
}

/** `212 pictures wait for you (Picture.Image)` */
function waitingText({ waiting, outputs }: ReviewTally): string {
  const list = outputs.filter(output => output.waiting > 0)
  const of = list.map(({ producer, output }) => `${producer}.${output}`).join(', ')
  return `${formatCount(waiting)} ${nounOf(list, waiting)} ${waiting === 1 ? 'waits' : 'wait'} for you (${of})`
}

const NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  image: ['picture', 'pictures'],
  video: ['video', 'videos'],
  audio: ['recording', 'recordings'],
  text: ['text', 'texts'],
}

function nounOf(outputs: readonly ReviewedOutput[], count: number): string {
  const kinds = new Set(outputs.map(({ type }) => type.split('/')[0]!))
  const [kind = ''] = kinds
  const [one, many] = (kinds.size === 1 ? NOUNS[kind] : undefined) ?? ['result', 'results']
  return count === 1 ? one : many
}
