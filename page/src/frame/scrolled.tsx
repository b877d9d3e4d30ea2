import type { ComponentChildren } from 'preact'

interface ScrolledProps {
  readonly label: string
  /** Of its style, besides. */
  readonly kind?: string
  readonly children: ComponentChildren
}

/** A part of the page that scrolls by itself, also by keyboard. */
export function Scrolled({ label, kind = '', children }: ScrolledProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it by keys.
    <section class={`scrolled ${kind}`.trim()} aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
