import stringWidth from 'string-width'

/** Of a character that is put together from several, such as a family of emoji. */
const UNITS_PER_PLACE = 16

/**
 * The text, or its beginning with `…`: whole characters, as a reader sees them.
 * @param width in places of a terminal, of which a CJK character or an emoji takes two
 */
export function shortenedText(text: string, width: number): string {
  const head = text.slice(0, UNITS_PER_PLACE * width)
  if (head === text && stringWidth(text) <= width) return text
  let shown = ''
  let taken = 1
  for (const { segment } of new Intl.Segmenter().segment(head)) {
    taken += stringWidth(segment)
    if (taken > width) break
    shown += segment
  }
  return `${shown}…`
}
