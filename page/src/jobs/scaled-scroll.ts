import type { Virtualizer } from '@tanstack/virtual-core'

/** Browsers draw no element higher than some 17 million pixels; half a million rows are that high. */
const HEIGHT_LIMIT = 12_000_000

/** How many pixels of rows one pixel of the scroll bar stands for. */
export function scrollScale(totalSize: number, viewport: number): number {
  return totalSize <= HEIGHT_LIMIT ? 1 : (totalSize - viewport) / (HEIGHT_LIMIT - viewport)
}

export const scrollHeight = (totalSize: number): number => Math.min(totalSize, HEIGHT_LIMIT)

type Rows = Virtualizer<HTMLElement, Element>

/** Watches the scroll bar in pixels of rows. */
export function observeScaledOffset(rows: Rows, onOffset: (offset: number, isScrolling: boolean) => void) {
  const element = rows.scrollElement
  if (!element) return undefined
  const tell = () =>
    onOffset(element.scrollTop * scrollScale(rows.getTotalSize(), element.clientHeight), false)
  element.addEventListener('scroll', tell, { passive: true })
  tell()
  return () => element.removeEventListener('scroll', tell)
}

export function scrollScaled(
  offset: number,
  { adjustments = 0 }: { adjustments?: number | undefined },
  rows: Rows,
): void {
  const element = rows.scrollElement
  if (element)
    element.scrollTop = (offset + adjustments) / scrollScale(rows.getTotalSize(), element.clientHeight)
}

/** Moves the scroll bar no further than it takes to have a row in sight. @param top of the row, in pixels of rows */
export function scrollIntoView(
  element: HTMLElement,
  top: number,
  rowHeight: number,
  totalSize: number,
): void {
  const viewport = element.clientHeight
  const scale = scrollScale(totalSize, viewport)
  const offset = element.scrollTop * scale
  if (top < offset) element.scrollTop = top / scale
  else if (top + rowHeight > offset + viewport)
    element.scrollTop = Math.ceil((top + rowHeight - viewport) / scale)
}
