import { GLYPHS, MARKS } from './glyphs.mjs'

/** Height of a capital in the units of the glyph table. */
const CAPITAL = 20
const BEARING = { s: 3.3, r: 2.3, d: 1.2 }
const DOTLESS = /** @type {Record<string, string>} */ ({ i: 'ı', j: 'ȷ' })
/** A second mark above the first one: `ồ`. */
const STACK = 4.6
const CAPITAL_LIFT = 6.2
/** Letters that slip under or beside their left neighbour. */
const KERNING = /** @type {Record<string, { after: string, by: number }[]>} */ ({
  T: [{ after: 'aceogqdsmnpruvwyzøæ', by: -3.4 }],
  V: [{ after: 'aceogqds', by: -2 }],
  W: [{ after: 'aceogqds', by: -1.2 }],
  Y: [{ after: 'aceogqdsmnpu', by: -3 }],
  L: [{ after: 'TVYvy', by: -3 }],
  P: [{ after: 'aeo', by: -1.4 }],
  r: [{ after: 'aceogqd', by: -0.8 }],
  A: [{ after: 'TVYvy', by: -2 }],
})

/**
 * @typedef {object} Letter
 * @property {string} base a key of the glyph table
 * @property {string[]} marks keys of the mark table
 */

/**
 * Splits text into letters and the marks on them. A letter with a glyph of its own (`đ`, `ł`) stays whole.
 *
 * @param {string} text
 * @returns {Letter[]}
 * @throws {Error} for a character that the alphabet has no stroke for
 */
export function spell(text) {
  /** @type {Letter[]} */
  const letters = []
  for (const character of text.normalize('NFD')) {
    const last = letters.at(-1)
    if (character in MARKS && last) {
      last.marks.push(character)
      if (MARKS[character]?.place === 'above') last.base = DOTLESS[last.base] ?? last.base
    } else if (character in GLYPHS) letters.push({ base: character, marks: [] })
    else {
      const point = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
      throw new Error(
        `No glyph for "${character}" (U+${point}) in "${text}": add it to examples/atlas/draw/glyphs.mjs`,
      )
    }
  }
  return letters
}

/**
 * Places letters on a line that starts at 0.
 *
 * @param {string} text
 * @param {number} tracking extra space between letters, in twentieths of a capital
 */
function place(text, tracking) {
  let edge = 0
  let previous = ''
  const placed = spell(text).map(({ base, marks }) => {
    const [sides, width, path] = /** @type {import('./glyphs.mjs').Glyph} */ (GLYPHS[base])
    const kerning = KERNING[previous]?.find(pair => pair.after.includes(base))?.by ?? 0
    const x = edge + (previous ? bearing(sides[0]) + tracking + kerning : 0)
    edge = x + width + bearing(sides[1])
    previous = base
    return { base, marks, x, width, path, trailing: bearing(sides[1]) }
  })
  const last = placed.at(-1)
  return { placed, width: last ? edge - last.trailing : 0 }
}

/** @param {string | undefined} side */
const bearing = side => BEARING[/** @type {import('./glyphs.mjs').Side} */ (side)]

/**
 * @param {string} text
 * @param {number} size height of a capital in pixels
 * @param {number} [tracking] in twentieths of a capital
 * @returns {number} width in pixels
 */
export function measure(text, size, tracking = 0) {
  return (place(text, tracking).width * size) / CAPITAL
}

/**
 * Draws one line of text as an SVG group of strokes.
 *
 * @param {string} text
 * @param {object} options
 * @param {number} options.x left end, or the right one with `anchor: 'end'`
 * @param {number} options.y baseline
 * @param {number} options.size height of a capital in pixels
 * @param {string} options.color
 * @param {number} [options.weight] thickness of the stroke in pixels
 * @param {number} [options.tracking] in twentieths of a capital
 * @param {number} [options.opacity]
 * @param {'start' | 'end'} [options.anchor]
 */
export function letter(text, options) {
  const { x, y, size, color, weight = size / 9, tracking = 0, opacity = 1, anchor = 'start' } = options
  const scale = size / CAPITAL
  const { placed, width } = place(text, tracking)
  const left = anchor === 'end' ? x - width * scale : x
  const strokes = placed.map(glyph => shifted(glyph.path, glyph.x, 0) + markStrokes(glyph)).join('')
  return (
    `<g transform="translate(${round(left)} ${round(y - size)}) scale(${round(scale)})" fill="none" ` +
    `stroke="${color}" stroke-width="${round(weight / scale)}" stroke-linecap="round" ` +
    `stroke-linejoin="round" opacity="${opacity}">${strokes}</g>`
  )
}

/** @param {{ base: string, marks: string[], x: number, width: number }} letter */
function markStrokes({ base, marks, x, width }) {
  let lift = base !== base.toLowerCase() ? CAPITAL_LIFT : 0
  let strokes = ''
  for (const name of marks) {
    const mark = MARKS[name]
    if (!mark) continue
    if (mark.place === 'right') strokes += shifted(mark.path, x + width, 0)
    else if (mark.place === 'below') strokes += shifted(mark.path, x + width / 2, 0)
    else {
      strokes += shifted(mark.path, x + width / 2, -lift)
      lift += STACK
    }
  }
  return strokes
}

/**
 * @param {string} path
 * @param {number} x
 * @param {number} y
 */
function shifted(path, x, y) {
  return path && `<path d="${path}" transform="translate(${round(x)} ${round(y)})"/>`
}

/** @param {number} value */
const round = value => Math.round(value * 1000) / 1000

/**
 * Breaks text at spaces and hyphens into the first setting that fits.
 *
 * @param {string} text
 * @param {number} width in pixels
 * @param {readonly { size: number, lines: number }[]} settings in order of preference
 * @returns {{ size: number, lines: string[] }} the last setting when none fits
 */
export function typeset(text, width, settings) {
  /** @type {{ size: number, lines: string[] }} */
  let set = { size: 0, lines: [] }
  for (const { size, lines: limit } of settings) {
    set = { size, lines: wrap(text, size, width) }
    if (set.lines.length <= limit && set.lines.every(line => measure(line, size) <= width)) break
  }
  return set
}

/**
 * @param {string} text
 * @param {number} size
 * @param {number} width
 */
function wrap(text, size, width) {
  /** @type {string[]} */
  const lines = []
  for (const word of text.split(/ |(?<=-)/)) {
    const last = lines.at(-1)
    const joined = last === undefined ? word : last.endsWith('-') ? last + word : `${last} ${word}`
    if (last !== undefined && measure(joined, size) <= width) lines[lines.length - 1] = joined
    else lines.push(word)
  }
  return lines
}
