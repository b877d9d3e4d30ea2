import { useMemo, useState } from 'preact/hooks'
import type { TimelineData } from '../../../src/ui/page-data.ts'
import { formatDollars, formatTime } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { useFetched } from '../data/use-fetched.ts'
import { Scrolled } from '../frame/scrolled.tsx'
import { Hosts } from './hosts.tsx'
import { Limits } from './limits.tsx'
import { type ChartLine, TimeChart } from './time-chart.tsx'

/** What ran when: attempts at the same time, jobs a second, cost, and what limits did meanwhile. */
export function Timeline({ state }: { readonly state: PageState }) {
  const data = state.data.value
  const [chosen, setChosen] = useState<string>()
  const runs = data?.runs ?? []
  const run = chosen ?? data?.run?.runId
  const movie = state.movie.value ?? ''
  // A run in progress changes all the time; a chart of it need not.
  const version = data?.run?.state === 'running' ? Math.floor(Date.now() / 2_000) : data?.changes
  const { data: found, error } = useFetched(`${movie} ${run} ${state.at.value} ${version}`, () =>
    state.api.timeline(movie, run, state.at.value),
  )
  if (run === undefined) return <p class="empty">Nothing has run yet.</p>
  return (
    <Scrolled label="Timeline">
      {runs.length > 1 && (
        <p class="filters">
          <select aria-label="Run" value={run} onChange={event => setChosen(event.currentTarget.value)}>
            {runs.map(({ runId, startedAtMs }) => (
              <option key={runId} value={runId}>
                {formatTime(startedAtMs)} · {runId}
              </option>
            ))}
          </select>
        </p>
      )}
      {error && <p class="notice bad">{error}</p>}
      {found && <Charts found={found} />}
      <Hosts hosts={data?.live?.hosts} />
      <Limits data={data} limits={found?.limits ?? []} />
    </Scrolled>
  )
}

const COLORS = [
  '--active',
  '--submitted',
  '--made',
  '--retrying',
  '--cancelled',
  '--accent',
  '--failed',
  '--skipped',
]

function Charts({ found }: { readonly found: TimelineData }) {
  const { times, running, ended, spent, marks } = useMemo(() => chartsOf(found), [found])
  return (
    <>
      <TimeChart title="Attempts at the same time" times={times} lines={running} marks={marks} />
      <TimeChart title="Jobs a second" times={times} lines={ended} marks={marks} />
      {spent && (
        <TimeChart title="Cost" times={times} lines={spent} marks={NO_MARKS} format={formatDollars} />
      )}
    </>
  )
}

const NO_MARKS: readonly { readonly at: number }[] = []

/** What the charts draw of a timeline: made once, since they are drawn again whenever it is another one. */
function chartsOf({ fromMs, stepMs, made, failed, costUsd, running, limits }: TimelineData) {
  const perSecond = (counts: readonly number[]) => counts.map(count => count / (stepMs / 1_000))
  const hasFailed = failed.some(count => count > 0)
  let sum = 0
  const spent = costUsd.map(dollars => {
    sum += dollars
    return sum
  })
  const ended: ChartLine[] = [
    { name: 'made', values: perSecond(made), color: '--made' },
    ...(hasFailed ? [{ name: 'failed attempts', values: perSecond(failed), color: '--failed' }] : []),
  ]
  return {
    times: made.map((_, step) => (fromMs + (step + 0.5) * stepMs) / 1_000),
    running: running.map(({ producer, counts }, at) => ({
      name: producer,
      values: counts,
      color: COLORS[at]!,
    })),
    ended,
    spent: sum > 0 ? [{ name: 'spent', values: spent, color: '--active' }] : undefined,
    marks: limits.map(({ atMs }) => ({ at: atMs / 1_000 })),
  }
}
