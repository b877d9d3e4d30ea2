import type {
  LoopComparison,
  MoviePreview,
  ProducerComparison,
  ReasonGroup,
  SettingChange,
} from '../../../index.js'
import { formatCount, formatDollars } from '../output.js'
import { REASON_WORDS } from './reason-words.js'

/** What a plan would make against an earlier run, for people to read. */
export function againstLines({ against, movieId }: MoviePreview): string[] {
  if (against === undefined) return [`\n${movieId} has no run yet: there is nothing to compare with.`]
  const { runId, producers, removedProducers, loops, inputs } = against
  const lines = [
    ...inputs.map(change => `input ${changeText(change)}`),
    ...loops.map(loopLine),
    ...producers.flatMap(producerLines),
    ...removedProducers.map(
      ({ producer, jobs }) => `${producer}: gone, with ${countOf(jobs, 'job')}; what it made is kept`,
    ),
  ]
  return [`\nagainst run ${runId}:`, ...(lines.length === 0 ? ['nothing differs'] : lines)]
}

/** `loop row: 1 added (bear), 2 removed (cat, dog), 12 moved (free)` */
function loopLine({
  loop,
  added,
  removed,
  changed,
  moved,
  addedNames,
  removedNames,
}: LoopComparison): string {
  const parts = [
    ...(added > 0 ? [`${formatCount(added)} added${namesText(addedNames, added)}`] : []),
    ...(removed > 0 ? [`${formatCount(removed)} removed${namesText(removedNames, removed)}`] : []),
    ...(changed > 0 ? [`${formatCount(changed)} changed`] : []),
    ...(moved > 0 ? [`${formatCount(moved)} moved (free)`] : []),
  ]
  return `loop ${loop}: ${parts.join(', ')}`
}

const namesText = (names: readonly (string | number)[], count: number): string =>
  ` (${names.join(', ')}${count > names.length ? ', …' : ''})`

function producerLines(producer: ProducerComparison): string[] {
  const { groups, settings, removed, free, isNew, costUsd, calls } = producer
  if (groups.length === 0 && settings.length === 0 && removed === 0 && free === 0) return []
  const jobs = groups.reduce((sum, group) => sum + group.jobs, 0)
  const again = groups.reduce((sum, group) => sum + group.again, 0)
  const parts = [
    ...(jobs > 0
      ? [`${countOf(jobs, 'job')} to make${again > 0 ? `, ${formatCount(again)} of them again` : ''}`]
      : []),
    ...(calls > 0 && costUsd !== undefined ? [`about ${formatDollars(costUsd)}`] : []),
    ...(free > 0 ? [`${countOf(free, 'job')} moved or made before (free)`] : []),
    ...(removed > 0 ? [`${countOf(removed, 'job')} gone`] : []),
  ]
  return [
    `${producer.producer}${isNew ? ' (new)' : ''}: ${parts.join('; ') || 'nothing to make'}`,
    ...settings.map(change => `  ${changeText(change)}`),
    ...groups.map(groupLine),
  ]
}

/** `  3 inputs changed (prompt): Picture[fox], Picture[owl], …` */
function groupLine({ reason, inputs, after, jobs, examples }: ReasonGroup): string {
  const what = reason === 'upstream' && after ? `after ${after}` : REASON_WORDS[reason]
  const names = examples.map(id => id.replace(/^Producer:/, '')).join(', ')
  const which = inputs === undefined ? '' : ` (${inputs.join(', ')})`
  return `  ${formatCount(jobs)} ${what}${which}: ${names}${jobs > examples.length ? ', …' : ''}`
}

function changeText({ setting, before, after }: SettingChange): string {
  if (before === undefined && after === undefined) return `${setting} changed`
  const shown = (text: string | undefined) => (text === undefined ? 'nothing' : JSON.stringify(text))
  return `${setting}: ${shown(before)} → ${shown(after)}`
}

const countOf = (count: number, what: string): string =>
  `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`
