import { useRef, useState } from 'preact/hooks'
import { formatCount } from '../data/format.ts'
import type { Filter } from '../data/page-api.ts'
import type { PageState } from '../data/page-state.ts'
import { STATE_WORDS, STATES } from '../frame/state-words.ts'
import type { JobWindow } from './job-window.ts'
import { regenerate } from './regenerate.ts'

const TYPING_PAUSE_MS = 120

const withoutSort = ({ sort: _, ...filter }: Filter): Filter => filter
const hasFilter = (filter: Filter): boolean => Object.keys(withoutSort(filter)).length > 0

export function FilterBar({
  state,
  window: rows,
}: {
  readonly state: PageState
  readonly window: JobWindow
}) {
  const filter = state.filter.value
  const data = state.data.value
  const count = rows.count.value
  const change = (part: Filter) => {
    const merged = Object.entries({ ...state.filter.value, ...part }).filter(
      ([, value]) => value !== undefined && value !== '',
    )
    state.filter.value = Object.fromEntries(merged)
  }
  const reason = data?.failures.find(one => one.reason === filter.reason)
  // While somebody types: what comes in from a run meanwhile draws the bar again, and must not take a letter back.
  const [typed, setTyped] = useState<string>()
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined)
  const find = (text: string) => {
    setTyped(text)
    clearTimeout(pause.current)
    pause.current = setTimeout(() => {
      setTyped(undefined)
      change({ text })
    }, TYPING_PAUSE_MS)
  }
  return (
    <search class="filters">
      <input
        type="search"
        placeholder="Find an id or an error  ( / )"
        aria-label="Find an id or an error"
        value={typed ?? filter.text ?? ''}
        onInput={event => find(event.currentTarget.value)}
      />
      <select
        aria-label="Producer"
        value={filter.producer ?? ''}
        onChange={event => change({ producer: event.currentTarget.value })}
      >
        <option value="">all producers</option>
        {data?.producers.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <select
        aria-label="State"
        value={filter.state ?? ''}
        onChange={event => change({ state: event.currentTarget.value })}
      >
        <option value="">all states</option>
        {STATES.map(one => (
          <option key={one} value={one}>
            {STATE_WORDS[one]}
          </option>
        ))}
      </select>
      {filter.reason !== undefined && (
        <button
          type="button"
          class="chip"
          title="Show all reasons"
          onClick={() => change({ reason: undefined } as never)}
        >
          <bdi>{reason ? `${reason.code}: ${reason.message}` : `reason ${filter.reason}`}</bdi>{' '}
          <span aria-hidden="true">×</span>
        </button>
      )}
      {filter.from !== undefined && (
        <button
          type="button"
          class="chip"
          title="Show jobs of all runs"
          onClick={() => change({ from: undefined, to: undefined } as never)}
        >
          changed by one run <span aria-hidden="true">×</span>
        </button>
      )}
      {state.canChange && hasFilter(filter) && count > 0 && (
        <button
          type="button"
          class="action"
          title="The next run regenerates these jobs"
          onClick={() => void regenerate(state, { filter: withoutSort(filter) })}
        >
          Regenerate {count === 1 ? 'this' : `these ${formatCount(count)}`}
        </button>
      )}
      <span class="quiet" role="status">
        {state.api.shown &&
          `${formatCount(state.api.shown.jobs)} of ${formatCount(state.api.shown.total)} jobs are in this report, failed ones first · `}
        {rows.isKnown && `${formatCount(count)} ${count === 1 ? 'job' : 'jobs'}`}
      </span>
    </search>
  )
}
