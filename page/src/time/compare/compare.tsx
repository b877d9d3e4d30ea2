import { useEffect, useState } from 'preact/hooks'
import type { ComparedChange } from '../../../../src/ui/page-comparison.ts'
import { formatCount, formatDollars, formatTime } from '../../data/format.ts'
import type { PageState } from '../../data/page-state.ts'
import { useFetched } from '../../data/use-fetched.ts'
import { Scrolled } from '../../frame/scrolled.tsx'
import { CHANGE_WORDS } from './change-words.ts'
import { ComparedRow } from './compared-row.tsx'
import { MomentPicker } from './moment-picker.tsx'

const PAGE_SIZE = 50

/** Two moments of the movie side by side: the jobs that differ, with what they had before and have after. */
export function Compare({ state }: { readonly state: PageState }) {
  const newest = state.newest.value
  const all = newest?.allChanges ?? 0
  // At first, what the last run did.
  const { from = newest?.run?.firstChange ?? 0, to } = state.compared.value ?? {}
  const end = Math.min(to ?? all, all)
  const [page, setPage] = useState(0)
  useEffect(() => setPage(0), [from, to, state.movie.value])
  const movie = state.movie.value ?? ''
  const { data, error } = useFetched(`${movie} ${from} ${end} ${page}`, () =>
    state.api.comparison(movie, from, to, page * PAGE_SIZE),
  )
  return (
    <Scrolled label="Compare" kind="comparing">
      <div class="moments">
        <MomentPicker
          label="Before"
          all={all}
          at={from}
          atMs={data?.fromMs}
          onPick={at => state.compare(Math.min(at, end), end)}
        />
        <MomentPicker
          label="After"
          all={all}
          at={end}
          atMs={data?.toMs}
          onPick={at => state.compare(Math.min(from, at), at)}
        />
        <RunChoice state={state} />
      </div>
      {error && <p class="notice bad">{error}</p>}
      {data && (
        <p class="line" role="status">
          <b>
            {formatCount(data.count)} {data.count === 1 ? 'job differs' : 'jobs differ'}
          </b>
          {Object.entries(data.counts)
            .filter(([, count]) => count > 0)
            .map(([change, count]) => (
              <span key={change} class="quiet">
                {formatCount(count)} {CHANGE_WORDS[change as ComparedChange]}
              </span>
            ))}
          {data.costUsd > 0 && <span class="quiet">{formatDollars(data.costUsd)}</span>}
        </p>
      )}
      <ul class="comparison">
        {data?.jobs.map(job => (
          <ComparedRow key={job.job} state={state} job={job} />
        ))}
      </ul>
      {data && data.count > PAGE_SIZE && (
        <p class="line">
          <button type="button" class="action" disabled={page === 0} onClick={() => setPage(page - 1)}>
            Earlier jobs
          </button>
          <span class="quiet">
            {formatCount(data.offset + 1)} to {formatCount(data.offset + data.jobs.length)} of{' '}
            {formatCount(data.count)}
          </span>
          <button
            type="button"
            class="action"
            disabled={data.offset + data.jobs.length >= data.count}
            onClick={() => setPage(page + 1)}
          >
            Later jobs
          </button>
        </p>
      )}
    </Scrolled>
  )
}

/** Moves both moments around a run. */
function RunChoice({ state }: { readonly state: PageState }) {
  const runs = state.newest.value?.runs ?? []
  const all = state.newest.value?.allChanges ?? 0
  if (runs.length === 0) return null
  return (
    <select
      aria-label="What a run changed"
      value=""
      onChange={event => {
        const at = Number(event.currentTarget.value)
        state.compare(runs[at]!.firstChange, runs[at + 1]?.firstChange ?? all)
      }}
    >
      <option value="" disabled>
        what a run changed
      </option>
      {runs.map(({ runId, startedAtMs }, at) => (
        <option key={runId} value={at}>
          {formatTime(startedAtMs)} · {runId}
        </option>
      ))}
    </select>
  )
}
