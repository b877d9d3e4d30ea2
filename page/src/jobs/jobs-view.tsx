import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { JobData } from '../../../src/ui/page-jobs.ts'
import { formatDollars, formatDuration, formatTime } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { STATE_WORDS } from '../frame/state-words.ts'
import { ColumnTitles } from './column-titles.tsx'
import { FilterBar } from './filter-bar.tsx'
import { JobName } from './job-name.tsx'
import { JobWindow } from './job-window.ts'
import { OutputLine } from './output-text.tsx'
import { useRows } from './use-rows.ts'

const ROW_HEIGHT = 32

/** Every job, as a table of which only what is in sight exists. */
export function JobsView({ state }: { readonly state: PageState }) {
  const jobs = useMemo(() => new JobWindow(state), [state])
  const container = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const count = jobs.count.value
  const { rows, height, scrollTo } = useRows(container, count, ROW_HEIGHT)
  void jobs.version.value
  const first = rows[0]?.index ?? 0
  const last = rows.at(-1)?.index ?? 0
  const { movie, at, filter, newest } = state
  useLayoutEffect(
    () => jobs.show(first, last),
    [jobs, first, last, movie.value, at.value, filter.value, newest.value?.allChanges],
  )
  // Its keys work at once, unless somebody is already somewhere else.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) container.current?.focus({ preventScroll: true })
  }, [])
  const move = (to: number) => {
    const row = Math.max(0, Math.min(count - 1, to))
    setActive(row)
    scrollTo(row)
    // What is open goes along.
    if (state.job.value !== undefined) open(jobs.at(row))
  }
  const pageRows = Math.max(1, Math.floor((container.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2)
  const steps: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(active + 1),
    ArrowUp: () => move(active - 1),
    j: () => move(active + 1),
    k: () => move(active - 1),
    PageDown: () => move(active + pageRows),
    PageUp: () => move(active - pageRows),
    Home: () => move(0),
    End: () => move(count - 1),
    Enter: () => open(jobs.at(active)),
  }
  const open = (job: JobData | undefined) => {
    if (job) state.job.value = job.job
  }
  return (
    <section class="jobs" aria-label="Jobs">
      <FilterBar state={state} window={jobs} />
      {jobs.error.value && <p class="notice bad">{jobs.error.value}</p>}
      <div
        class="grid"
        ref={container}
        role="grid"
        aria-label="Jobs"
        aria-rowcount={count + 1}
        aria-activedescendant={count > 0 ? `row-${active}` : undefined}
        tabIndex={0}
        onKeyDown={event => {
          const step = event.ctrlKey || event.metaKey ? undefined : steps[event.key]
          if (!step) return
          event.preventDefault()
          step()
        }}
      >
        <ColumnTitles state={state} />
        <div class="rows" role="rowgroup" style={{ height: `${height}px` }}>
          {rows.map(({ index, top }) => (
            <JobRow
              key={index}
              index={index}
              top={top}
              job={jobs.at(index)}
              isActive={index === active}
              isOpen={jobs.at(index)?.job === state.job.value && state.job.value !== undefined}
              urlOf={seq => state.api.contentUrl(movie.value ?? '', seq)}
              onOpen={job => {
                setActive(index)
                open(job)
              }}
            />
          ))}
        </div>
        {jobs.isKnown && count === 0 && <p class="empty">No job fits the filter.</p>}
      </div>
    </section>
  )
}

interface RowProps {
  readonly index: number
  readonly top: number
  readonly job: JobData | undefined
  readonly isActive: boolean
  readonly isOpen: boolean
  readonly urlOf: (seq: number) => string | undefined
  readonly onOpen: (job: JobData | undefined) => void
}

function JobRow({ index, top, job, isActive, isOpen, urlOf, onOpen }: RowProps) {
  return (
    <div
      class="row"
      role="row"
      id={`row-${index}`}
      aria-rowindex={index + 2}
      aria-selected={isOpen}
      data-active={isActive || undefined}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(job)}
    >
      {job === undefined ? (
        <span class="cell quiet" role="gridcell">
          …
        </span>
      ) : (
        <>
          <span class="cell state" role="gridcell">
            <i class={`dot ${job.state}`} />
            {STATE_WORDS[job.state]}
          </span>
          <span class="cell name" role="gridcell" title={job.id}>
            <JobName producer={job.producer} name={job.key} />
            {job.override && <span class="tag">{STATE_WORDS[job.override]}</span>}
            {job.isAsked && <span class="tag">{STATE_WORDS.asked}</span>}
          </span>
          <span class="cell what" role="gridcell">
            {job.reason && job.state !== 'succeeded' ? (
              <bdi class={`why ${job.state}`}>
                {job.reason.code}
                {job.reason.message && `: ${job.reason.message}`}
              </bdi>
            ) : (
              <OutputLine outputs={job.outputs ?? []} urlOf={urlOf} />
            )}
          </span>
          <span class="cell number attempts" role="gridcell">
            {job.attempts > 1 && job.attempts}
          </span>
          <span class="cell number" role="gridcell">
            {job.durationMs ? formatDuration(job.durationMs) : ''}
          </span>
          <span class="cell number" role="gridcell">
            {job.costUsd > 0 ? formatDollars(job.costUsd) : ''}
          </span>
          <span class="cell number time" role="gridcell">
            {job.atMs === undefined ? '' : formatTime(job.atMs)}
          </span>
        </>
      )}
    </div>
  )
}
