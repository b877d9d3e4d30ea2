import { formatCount, formatDollars, formatDuration, formatTime } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { useFetched } from '../data/use-fetched.ts'
import { Scrolled } from '../frame/scrolled.tsx'
import { RUN_WORDS } from '../frame/state-words.ts'

/** The runs of the movie, side by side: what each has made, regenerated and spent. */
export function Runs({ state }: { readonly state: PageState }) {
  const data = state.data.value
  const movie = state.movie.value ?? ''
  const { data: changes, error } = useFetched(
    `${movie} ${state.at.value} ${data?.changes} ${data?.runs.length}`,
    () => state.api.runs(movie, state.at.value),
  )
  if (!data || data.runs.length === 0) return <p class="empty">Nothing has run yet.</p>
  return (
    <Scrolled label="Runs">
      {error && <p class="notice bad">{error}</p>}
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col">State</th>
            <th scope="col">Took</th>
            <th scope="col">Made</th>
            <th scope="col">Regenerated</th>
            <th scope="col">Failed</th>
            <th scope="col" class="attempts">
              Attempts
            </th>
            <th scope="col">By hand after it</th>
            <th scope="col">Cost</th>
            <th scope="col">What it changed</th>
          </tr>
        </thead>
        <tbody>
          {[...data.runs].reverse().map(({ runId, startedAtMs, finishedAtMs, state: runState }) => {
            const change = changes?.find(one => one.runId === runId)
            return (
              <tr key={runId}>
                <th scope="row" title={runId}>
                  {formatTime(startedAtMs)}
                </th>
                <td>
                  <span class={`pill run-${runState}`}>{RUN_WORDS[runState]}</span>
                </td>
                <td>{finishedAtMs === undefined ? '' : formatDuration(finishedAtMs - startedAtMs)}</td>
                <td>{change && formatCount(change.made)}</td>
                <td>{change && formatCount(change.remade)}</td>
                <td class={change && change.failed > 0 ? 'failed' : undefined}>
                  {change && formatCount(change.failed)}
                </td>
                <td class="attempts">{change && formatCount(change.attempts)}</td>
                <td>{change && change.byHand > 0 && formatCount(change.byHand)}</td>
                <td>{change && formatDollars(change.costUsd)}</td>
                <td>
                  {change && change.to > change.from && (
                    <span class="line">
                      <button
                        type="button"
                        class="link accent"
                        onClick={() => state.show('jobs', { from: change.from, to: change.to })}
                      >
                        its jobs
                      </button>
                      {state.api.hasPast && (
                        <button
                          type="button"
                          class="link accent"
                          onClick={() => void state.goTo(change.from)}
                        >
                          before it
                        </button>
                      )}
                      {state.api.hasPast && (
                        <button
                          type="button"
                          class="link accent"
                          onClick={() => state.compare(change.from, change.to)}
                        >
                          compare
                        </button>
                      )}
                    </span>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scrolled>
  )
}
