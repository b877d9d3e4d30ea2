import type { StateCounts } from '../../../src/ui/page-data.ts'
import { formatCount } from '../data/format.ts'
import { STATE_WORDS, STATES } from './state-words.ts'

/** A bar of the states of jobs, each as wide as its share. */
export function Segments({
  states,
  active = 0,
  total,
}: {
  states: StateCounts
  active?: number
  total: number
}) {
  const parts = STATES.filter(state => states[state] > 0 && state !== 'open').map(state => ({
    state: state as string,
    count: states[state],
  }))
  if (active > 0) parts.push({ state: 'active', count: Math.min(active, total) })
  const label = parts.map(({ state, count }) => `${formatCount(count)} ${STATE_WORDS[state]}`).join(', ')
  return (
    <div
      class="segments"
      role="img"
      aria-label={`${label || 'nothing'} of ${formatCount(total)}`}
      title={label}
    >
      {parts.map(({ state, count }) => (
        <span key={state} class={`segment ${state}`} style={{ flexGrow: count }} />
      ))}
      <span class="segment open" style={{ flexGrow: Math.max(0, states.open - active) }} />
    </div>
  )
}
