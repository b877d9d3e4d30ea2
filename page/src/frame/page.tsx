import { useEffect } from 'preact/hooks'
import { formatCount } from '../data/format.ts'
import type { PageState, View } from '../data/page-state.ts'
import { VIEWS } from '../data/page-state.ts'
import { nextTheme, theme } from '../data/theme.ts'
import { ProducerGraph } from '../graph/graph.tsx'
import { JobView } from '../job/job-view.tsx'
import { Failures } from '../jobs/failures.tsx'
import { Gallery } from '../jobs/gallery.tsx'
import { JobsView } from '../jobs/jobs-view.tsx'
import { ReviewGrid } from '../review/review-grid.tsx'
import { Compare } from '../time/compare/compare.tsx'
import { MomentSlider } from '../time/moment-slider.tsx'
import { Runs } from '../time/runs.tsx'
import { Timeline } from '../time/timeline.tsx'
import { Head } from './head.tsx'
import { NoticeList } from './notice-list.tsx'
import { TopBar } from './top-bar.tsx'

const TITLES: Readonly<Record<View, string>> = {
  jobs: 'Jobs',
  failures: 'Failures',
  gallery: 'Gallery',
  timeline: 'Timeline',
  graph: 'Graph',
  runs: 'Runs',
  review: 'Review',
  compare: 'Compare',
}

export function Page({ state }: { readonly state: PageState }) {
  useKeys(state)
  const data = state.data.value
  const error = state.error.value
  const isEmpty = state.store.value?.movies.length === 0
  return (
    <div class="frame">
      <TopBar state={state} />
      {error && (
        <p class="notice bad" role="alert">
          {error}
        </p>
      )}
      {isEmpty && (
        <p class="empty">
          There is no movie in this store yet. <code>showrunner run blueprint.yaml</code> makes one.
        </p>
      )}
      {!data && !isEmpty && !error && <p class="empty">Reading the log …</p>}
      {data && (
        <>
          <Head state={state} data={data} />
          <nav class={state.at.value === undefined ? 'bar' : 'bar past'} aria-label="Views and time">
            <Tabs state={state} />
            <MomentSlider state={state} />
          </nav>
          <main class={state.job.value === undefined ? 'body' : 'body with-job'}>
            <ViewBody state={state} />
            {state.job.value !== undefined && <JobView state={state} job={state.job.value} />}
          </main>
        </>
      )}
      <NoticeList notices={state.notices} />
    </div>
  )
}

function ViewBody({ state }: { readonly state: PageState }) {
  switch (state.view.value) {
    case 'jobs':
      return <JobsView state={state} />
    case 'failures':
      return <Failures state={state} />
    case 'gallery':
      return <Gallery state={state} />
    case 'timeline':
      return <Timeline state={state} />
    case 'graph':
      return <ProducerGraph state={state} />
    case 'runs':
      return <Runs state={state} />
    case 'review':
      return <ReviewGrid state={state} />
    case 'compare':
      return <Compare state={state} />
  }
}

function Tabs({ state }: { readonly state: PageState }) {
  const data = state.data.value
  const failures = data ? data.states.failed + data.states.retrying : 0
  const waiting = data?.reviews?.waiting ?? 0
  return (
    <div class="tabs" role="tablist" aria-label="Views">
      {VIEWS.filter(view => canShow(state, view)).map(view => (
        <button
          type="button"
          role="tab"
          key={view}
          aria-selected={state.view.value === view}
          title={`${TITLES[view]} (${VIEWS.indexOf(view) + 1})`}
          onClick={() => state.show(view, {})}
        >
          {TITLES[view]}
          {view === 'failures' && failures > 0 && <span class="badge bad">{formatCount(failures)}</span>}
          {view === 'review' && waiting > 0 && <span class="badge waits">{formatCount(waiting)}</span>}
        </button>
      ))}
    </div>
  )
}

/** Where nobody judges anything, or there is no past, there is nothing to show of that. */
function canShow(state: PageState, view: View): boolean {
  if (view === 'review') return state.data.value?.reviews !== undefined && state.api.hasPast
  if (view === 'compare') return state.api.hasPast && (state.newest.value?.allChanges ?? 0) > 1
  return true
}

/** The keys of a view are heard by what has the focus: not by the tab that had it before. */
const focusView = () =>
  document.querySelector<HTMLElement>('main [tabindex="0"], main .card')?.focus({ preventScroll: true })

const focusSearch = () => document.querySelector<HTMLInputElement>('input[type=search]')?.focus()

/** Numbers choose a view, Escape closes what is open, `/` goes to the search, `t` changes the colours. */
function useKeys(state: PageState): void {
  useEffect(() => {
    const handle = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const { target } = event
      if (target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return
      const view = VIEWS[Number(event.key) - 1]
      if (view && canShow(state, view)) {
        state.show(view, {})
        requestAnimationFrame(focusView)
      }
      if (event.key === 'Escape') state.job.value = undefined
      if (event.key === 't') theme.value = nextTheme()
      if (event.key !== '/') return
      event.preventDefault()
      // At once where it is there: what is typed before that is lost, or taken for other keys.
      if (state.view.value === 'jobs') focusSearch()
      else {
        state.show('jobs')
        requestAnimationFrame(focusSearch)
      }
    }
    addEventListener('keydown', handle)
    return () => removeEventListener('keydown', handle)
  }, [state])
}
