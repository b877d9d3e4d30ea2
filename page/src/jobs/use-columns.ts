import type { RefObject } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'

/** How many columns of at least such a width fit into an element. */
export function useColumns(container: RefObject<HTMLElement | null>, minimumWidth: number): number {
  const [columns, setColumns] = useState(1)
  useLayoutEffect(() => {
    const element = container.current
    if (!element) return
    const observer = new ResizeObserver(() =>
      setColumns(Math.max(1, Math.floor(element.clientWidth / minimumWidth))),
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [container, minimumWidth])
  return columns
}
