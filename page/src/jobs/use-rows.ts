import { observeElementRect, Virtualizer } from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useLayoutEffect, useReducer, useState } from 'preact/hooks'
import {
  observeScaledOffset,
  scrollHeight,
  scrollIntoView,
  scrollScale,
  scrollScaled,
} from './scaled-scroll.ts'

export interface ShownRows {
  readonly rows: readonly { readonly index: number; readonly top: number }[]
  /** Of the element that the rows are in, in pixels. */
  readonly height: number
  scrollTo(index: number): void
}

/** The rows that are in sight, of as many as there are. */
export function useRows(
  container: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): ShownRows {
  const [, redraw] = useReducer<number, void>(version => version + 1, 0)
  const options = {
    count,
    getScrollElement: () => container.current,
    estimateSize: () => rowHeight,
    observeElementRect,
    observeElementOffset: observeScaledOffset,
    scrollToFn: scrollScaled,
    overscan: 8,
    onChange: () => redraw(),
  }
  const [virtual] = useState(() => new Virtualizer<HTMLElement, Element>(options))
  virtual.setOptions({ ...virtual.options, ...options })
  useLayoutEffect(() => virtual._didMount(), [virtual])
  useLayoutEffect(() => virtual._willUpdate())
  useLayoutEffect(() => virtual.measure(), [virtual, rowHeight])
  const element = container.current
  const totalSize = virtual.getTotalSize()
  const scale = scrollScale(totalSize, element?.clientHeight ?? 0)
  // Where the scroll bar is shorter than the rows, they are placed from where it stands.
  const shift = scale === 1 ? 0 : (virtual.scrollOffset ?? 0) - (element?.scrollTop ?? 0)
  return {
    rows: virtual.getVirtualItems().map(({ index, start }) => ({ index, top: start - shift })),
    height: scrollHeight(totalSize),
    scrollTo: index => {
      if (element) scrollIntoView(element, index * rowHeight, rowHeight, totalSize)
    },
  }
}
