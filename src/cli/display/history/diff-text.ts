import type { ArtifactChange, ChangeKind, MomentFound, MovieDiff, ProducerDiff } from '../../../index.js'
import { formatCount, formatDollars } from '../output.js'
import { table } from '../table.js'

/** In the order in which they are told. */
const KINDS: readonly ChangeKind[] = ['made', 'changed', 'moved', 'removed']
const HASH_DIGITS = 8

/** What differs between two moments, for people to read. */
export function diffLines(diff: MovieDiff): string[] {
  const { movieId, otherId, from, to, counts, producers, calls, costUsd } = diff
  const head =
    otherId === undefined
      ? `${movieId}: from ${momentText(from)} to ${momentText(to)}`
      : `${movieId} (${momentText(from)}) against ${otherId} (${momentText(to)})`
  const changed = KINDS.filter(kind => counts[kind] > 0)
  if (changed.length === 0 && calls === 0) return [`${head}: nothing differs.`]
  const header = ['producer', ...KINDS, 'same', 'calls', 'cost']
  const rows = producers.map(each => [
    each.producer,
    ...KINDS.map(kind => each[kind]),
    each.same,
    each.calls,
    `${each.costUsd < 0 && otherId !== undefined ? '-' : ''}${formatDollars(Math.abs(each.costUsd))}`,
  ])
  // One movie has paid for what it did; of two, one has paid more.
  const paid =
    otherId === undefined
      ? `${formatCount(calls)} calls, ${formatDollars(Math.max(0, costUsd))}`
      : `${formatCount(Math.abs(calls))} ${calls < 0 ? 'fewer' : 'more'} calls, ${formatDollars(Math.abs(costUsd))} ${costUsd < 0 ? 'less' : 'more'}`
  const all = KINDS.map(kind => `${formatCount(counts[kind])} ${kind}`).join(', ')
  return [
    head,
    table([header, ...rows]),
    ...producers.flatMap(exampleLines),
    `\n${all}, ${formatCount(counts.same)} the same; ${paid}`,
  ]
}

/** `changed  Producer:Picture[fox].Image  299684ae → 5b0c1d2a` */
export const changeLine = ({ artifactId, change, before, after }: ArtifactChange): string => {
  const hashes = [before, after].flatMap(hash => hash?.slice(0, HASH_DIGITS) ?? [])
  return `${change.padEnd(7)}  ${artifactId}  ${hashes.join(' → ')}`
}

function exampleLines(producer: ProducerDiff): string[] {
  return KINDS.flatMap(kind => {
    const examples = producer.examples.filter(({ change }) => change === kind)
    if (examples.length === 0) return []
    const more = producer[kind] - examples.length
    const names = examples.map(({ artifactId }) => artifactId.replace(/^Producer:/, ''))
    return [`  ${kind}: ${names.join(', ')}${more > 0 ? `, and ${formatCount(more)} more` : ''}`]
  })
}

const momentText = ({ seq, at }: MomentFound): string =>
  at === undefined ? 'the beginning' : `event ${seq} (${at})`
