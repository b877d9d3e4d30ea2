import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { JudgedState } from '../../../src/ui/page-reviews.ts'
import { formatCount } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { useColumns } from '../jobs/use-columns.ts'
import { useRows } from '../jobs/use-rows.ts'
import { NoteForm } from './note-form.tsx'
import { ReviewCard } from './review-card.tsx'
import { keyOf, ReviewList } from './review-list.ts'
import { Zoom } from './zoom.tsx'

const CARD_HEIGHT = 320
const CARD_WIDTH = 250
const STATES: readonly (readonly [JudgedState | undefined, string])[] = [
  ['waiting', 'waiting'],
  ['rejected', 'rejected'],
  ['approved', 'approved'],
  [undefined, 'all'],
]

/** What waits for people, side by side: looked at, judged and commented by keyboard or pointer. */
export function ReviewGrid({ state }: { readonly state: PageState }) {
  const list = useMemo(() => new ReviewList(state), [state])
  const container = useRef<HTMLDivElement>(null)
  const columns = useColumns(container, CARD_WIDTH)
  const isZoomed = list.isZoomed.value
  const setZoomed = (isLarge: boolean) => {
    list.isZoomed.value = isLarge
  }
  const [isNoting, setNoting] = useState(false)
  const items = list.items.value
  const { rows, height, scrollTo } = useRows(container, Math.ceil(items.length / columns), CARD_HEIGHT)
  const counts = state.newest.value?.reviews
  useEffect(() => void list.read(true), [list, state.movie.value, list.shown.value])
  useEffect(() => void list.read(false), [list, JSON.stringify(counts)])
  useEffect(() => scrollTo(Math.floor(list.at.value / columns)), [list.at.value, columns])
  useLayoutEffect(() => {
    if (!isNoting && !isZoomed) container.current?.focus()
  }, [isNoting, isZoomed, list.isKnown.value])
  const canJudge = state.canChange
  const approve = () => canJudge && list.decide('approve')
  const reject = () => canJudge && list.subjects.length > 0 && setNoting(true)
  const step = (by: number, isChoosing: boolean) => {
    if (isChoosing) list.choose(list.at.value, true)
    list.move(list.at.value + by)
    if (isChoosing) list.choose(list.at.value, true)
  }
  const keys: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
    ArrowRight: event => step(1, event.shiftKey),
    ArrowLeft: event => step(-1, event.shiftKey),
    ArrowDown: event => step(isZoomed ? 1 : columns, event.shiftKey),
    ArrowUp: event => step(isZoomed ? -1 : -columns, event.shiftKey),
    Home: () => list.move(0),
    End: () => list.move(items.length - 1),
    a: approve,
    r: reject,
    n: () => list.next(),
    x: () => list.choose(list.at.value),
    ' ': () => list.choose(list.at.value),
    '*': () => list.chooseAll(),
    z: () => setZoomed(!isZoomed),
    Enter: () => setZoomed(true),
    Escape: () => (isZoomed ? setZoomed(false) : list.chosen.value.size > 0 && list.chooseAll()),
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const act = keys[event.key]
    const isPressed = event.target instanceof HTMLButtonElement && [' ', 'Enter'].includes(event.key)
    if (act === undefined || isPressed) return
    event.preventDefault()
    event.stopPropagation()
    act(event)
  }
  const chosenCount = list.chosen.value.size
  return (
    <section class="jobs reviewing" aria-label="Review" onKeyDown={onKeyDown}>
      <div class="filters">
        <span class="choices" role="group" aria-label="Show">
          {STATES.map(([name, word]) => (
            <button
              key={word}
              type="button"
              aria-pressed={list.shown.value === name}
              onClick={() => {
                list.shown.value = name
              }}
            >
              {word}
              {name && counts && <span class="quiet"> {formatCount(counts[name])}</span>}
            </button>
          ))}
        </span>
        {canJudge && (
          <>
            <button type="button" class="action" title="a" disabled={items.length === 0} onClick={approve}>
              Approve{chosenCount > 0 && ` ${formatCount(chosenCount)}`}
            </button>
            <button type="button" class="action" title="r" disabled={items.length === 0} onClick={reject}>
              Reject{chosenCount > 0 && ` ${formatCount(chosenCount)}`} …
            </button>
          </>
        )}
        <button
          type="button"
          class="action"
          title="z"
          disabled={items.length === 0}
          onClick={() => setZoomed(true)}
        >
          Zoom
        </button>
        <span class="quiet small keys">
          <kbd>a</kbd> approve <kbd>r</kbd> reject <kbd>n</kbd> next <kbd>z</kbd> zoom <kbd>x</kbd> choose{' '}
          <kbd>*</kbd> all
        </span>
      </div>
      <div
        class="grid gallery"
        ref={container}
        role="listbox"
        aria-label="Versions to judge"
        aria-multiselectable="true"
        aria-activedescendant={list.current.value ? `review-${list.at.value}` : undefined}
        tabIndex={0}
      >
        <div class="rows" role="presentation" style={{ height: `${height}px` }}>
          {rows.map(({ index, top }) => (
            <div
              key={index}
              class="cards tall"
              role="presentation"
              style={{ transform: `translateY(${top}px)`, gridTemplateColumns: `repeat(${columns}, 1fr)` }}
            >
              {items.slice(index * columns, (index + 1) * columns).map((item, column) => {
                const at = index * columns + column
                return (
                  <ReviewCard
                    key={keyOf(item)}
                    state={state}
                    item={item}
                    at={at}
                    isCurrent={at === list.at.value}
                    isChosen={list.chosen.value.has(keyOf(item))}
                    onLook={event => {
                      if (event.shiftKey || event.ctrlKey || event.metaKey) list.choose(at)
                      list.move(at)
                    }}
                    onZoom={() => setZoomed(true)}
                  />
                )
              })}
            </div>
          ))}
        </div>
        {list.isKnown.value && items.length === 0 && (
          <p class="empty">Nothing is {list.shown.value ?? 'to be judged'}.</p>
        )}
      </div>
      {isZoomed && list.current.value && (
        <Zoom
          state={state}
          item={list.current.value}
          place={`${formatCount(list.at.value + 1)} of ${formatCount(items.length)}`}
          onClose={() => setZoomed(false)}
          onStep={by => list.move(list.at.value + by)}
          {...(canJudge && { onApprove: approve, onReject: reject })}
          isNoting={isNoting}
        />
      )}
      {isNoting && (
        <NoteForm
          count={list.subjects.length}
          subject={list.subjects[0]?.artifact ?? ''}
          note={list.subjects[0]?.note ?? ''}
          onEnd={note => {
            setNoting(false)
            // At once, so that the next key is not lost.
            container.current?.focus()
            if (note !== undefined) list.decide('reject', note)
          }}
        />
      )}
    </section>
  )
}
