import type { ReviewedOutput, ReviewTally } from '../../../index.js'
import { formatCount } from '../output.js'

/** `3 pictures wait for you`, and the commands to judge them. */
export function reviewLines(review: ReviewTally | undefined, movieId: string): readonly string[] {
  if (review === undefined) return []
  const { waiting, rejected } = review
  const lines: string[] = []
  if (waiting > 0) {
    const [it, has] = waiting === 1 ? ['it', 'it is'] : ['them', 'they are']
    lines.push(`${waitingText(review)}. What reads ${it} is made once ${has} approved.`)
    lines.push(
      `To judge in a browser: showrunner review ${movieId} --open. By a file: showrunner review export ${movieId} > decisions.jsonl, then showrunner review apply ${movieId} decisions.jsonl`,
    )
  }
  if (rejected > 0) lines.push(rejectedText(rejected))
  return lines
}

/** The same at the end of a run. */
export function reviewEndLines(review: ReviewTally | undefined, movieId: string): readonly string[] {
  const lines = reviewLines(review, movieId)
  return lines.length === 0 ? [] : [...lines, 'Then run the same command again to go on.']
}

/** `3 rejected: the next run regenerates them.` */
export const rejectedText = (count: number): string =>
  `${formatCount(count)} rejected: the next run regenerates ${count === 1 ? 'it' : 'them'}.`

/** `212 pictures wait for you (Picture.Image)` */
export function waitingText({ waiting, outputs }: Pick<ReviewTally, 'waiting' | 'outputs'>): string {
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
