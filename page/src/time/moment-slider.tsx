import { useEffect, useState } from 'preact/hooks'
import { formatCount, formatTime } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'

const PAUSE_MS = 60

/** Goes back in time: the page is a fold of the log, and shows the movie after any of its changes. */
export function MomentSlider({ state }: { readonly state: PageState }) {
  const newest = state.newest.value
  const at = state.at.value
  const [wanted, setWanted] = useState<number>()
  const all = newest?.allChanges ?? 0
  useEffect(() => {
    if (wanted === undefined) return
    const pause = setTimeout(() => void state.goTo(wanted), PAUSE_MS)
    return () => clearTimeout(pause)
  }, [state, wanted])
  if (!state.api.hasPast || all < 2) return null
  const shown = wanted ?? at ?? all
  const pastMs = at === undefined ? undefined : state.past.value?.atMs
  return (
    <div class="slider">
      <label>
        <span class="quiet">Time</span>
        <input
          type="range"
          min={0}
          max={all}
          value={shown}
          aria-valuetext={pastMs === undefined ? 'now' : formatTime(pastMs)}
          onInput={event => setWanted(Number(event.currentTarget.value))}
        />
      </label>
      <output>
        {at === undefined ? (
          <span class="quiet">now, after {formatCount(all)} changes</span>
        ) : (
          <>
            <b>{pastMs === undefined ? 'the beginning' : formatTime(pastMs)}</b>{' '}
            <span class="quiet">
              after {formatCount(at)} of {formatCount(all)} changes
            </span>{' '}
            <button
              type="button"
              class="link accent"
              onClick={() => {
                setWanted(undefined)
                void state.goTo(undefined)
              }}
            >
              back to now
            </button>
          </>
        )}
      </output>
    </div>
  )
}
