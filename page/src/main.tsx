import { effect } from '@preact/signals'
import { render } from 'preact'
import type { ReportData } from '../../src/ui/page-data.ts'
import { PageState } from './data/page-state.ts'
import { reportApi } from './data/report-api.ts'
import { serverApi } from './data/server-api.ts'
import { takeToken } from './data/token.ts'
import { Page } from './frame/page.tsx'
import './style.css'

const report = document.getElementById('report')?.textContent
const state = new PageState(report ? reportApi(JSON.parse(report) as ReportData) : serverApi(takeToken()))
void state.start(new URLSearchParams(location.search))
effect(() => {
  const address = state.address()
  if (state.movie.value !== undefined && location.protocol.startsWith('http'))
    history.replaceState(null, '', address)
})
render(<Page state={state} />, document.getElementById('page')!)
