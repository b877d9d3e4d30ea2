import { effect } from '@preact/signals'
import { render } from 'preact'
import { PageState } from './data/page-state.ts'
import { serverApi } from './data/server-api.ts'
import { Page } from './frame/page.tsx'
import './style.css'

const state = new PageState(serverApi)
void state.start(new URLSearchParams(location.search))
effect(() => {
  const address = state.address()
  if (state.movie.value !== undefined && location.protocol.startsWith('http'))
    history.replaceState(null, '', address)
})
render(<Page state={state} />, document.getElementById('page')!)
