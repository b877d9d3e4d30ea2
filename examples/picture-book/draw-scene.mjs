export const WIDTH = 640
export const HEIGHT = 400

/**
 * @typedef {object} Shot
 * @property {string} place
 * @property {string} time
 * @property {string} weather
 * @property {string} hero
 * @property {string} camera
 */

/** @type {[string, string, string, number]} */
const DAY = ['#7fb7e6', '#e4f2fb', '#fff6cf', 1]
/** Top and bottom of the sky, the sun or moon, and how light the land is. @type {Record<string, [string, string, string, number]>} */
const SKIES = {
  morning: ['#f7c59f', '#fdf1dc', '#fff3b0', 0.92],
  day: DAY,
  evening: ['#5b3a7a', '#f0876b', '#ffd28a', 0.72],
  night: ['#0d1533', '#2c3c6e', '#f2f0dd', 0.42],
}
/** What part of the picture a camera sees: x, y, width, height. @type {Record<string, string>} */
const VIEWS = { wide: '0 0 640 400', middle: '160 120 400 250', close: '250 200 240 150' }

/** An SVG of the shot. @param {Shot} shot */
export function drawScene({ place, time, weather, hero, camera }) {
  const [top, bottom, light, lightness] = SKIES[time] ?? DAY
  const shade = (/** @type {number[]} */ ...rgb) =>
    `rgb(${rgb.map(part => Math.round(part * lightness)).join(',')})`
  const land = LANDS[place] ?? hills
  const isNight = time === 'night'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${VIEWS[camera] ?? VIEWS.wide}" width="1280" height="800">
<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient></defs>
<rect width="640" height="400" fill="url(#sky)"/>
<circle cx="${isNight ? 500 : 470}" cy="${time === 'morning' || time === 'evening' ? 205 : 80}" r="${isNight ? 22 : 38}" fill="${light}"/>
${isNight ? stars() : ''}${land(shade)}${hero === 'fox' ? fox(shade) : hero === 'owl' ? owl(shade) : ''}${fall(weather)}</svg>`
}

/** @typedef {(...rgb: number[]) => string} Shade */

/** @param {Shade} shade */
const hills = shade =>
  `<path d="M0 260q170-90 330 0t310-20v160h-640z" fill="${shade(126, 170, 96)}"/><path d="M0 320q220-80 400 0t240-10v90h-640z" fill="${shade(92, 146, 80)}"/>`

/** @type {Record<string, (shade: Shade) => string>} */
const LANDS = {
  sea: shade =>
    `<rect y="230" width="640" height="170" fill="${shade(46, 120, 168)}"/>${[250, 280, 315, 352]
      .map(
        (y, row) =>
          `<path d="${waves(y, row)}" stroke="${shade(150, 205, 230)}" stroke-width="3" fill="none"/>`,
      )
      .join(
        '',
      )}<path d="M150 262h110l-22 34h-66z" fill="${shade(120, 70, 45)}"/><path d="M203 170v86l58-12z" fill="${shade(250, 246, 235)}"/><path d="M180 400q110-105 460-85v85z" fill="${shade(226, 200, 140)}"/>`,
  town: shade =>
    `<rect y="320" width="640" height="80" fill="${shade(120, 110, 100)}"/>${[20, 130, 250, 400, 520]
      .map((x, at) => house(x, 180 + ((at * 37) % 60), shade, at))
      .join('')}`,
  mountains: shade =>
    `${peak(-60, 330, 130, shade)}${peak(150, 360, 90, shade)}${peak(360, 380, 140, shade)}<path d="M0 330q320-60 640 10v60h-640z" fill="${shade(90, 110, 100)}"/>`,
  hills,
  forest: shade =>
    `<path d="M0 310q320-50 640 0v90h-640z" fill="${shade(86, 130, 74)}"/>${[30, 95, 150, 430, 500, 560, 610]
      .map((x, at) => tree(x, 300 + ((at * 29) % 40), 120 + ((at * 53) % 60), shade))
      .join('')}`,
}

/** @param {number} y @param {number} row */
const waves = (y, row) => `M${-20 * row} ${y}${Array.from({ length: 12 }, () => 'q15-12 30 0t30 0').join('')}`

/** @param {number} x @param {number} y @param {Shade} shade @param {number} at */
const house = (x, y, shade, at) =>
  `<rect x="${x}" y="${y}" width="90" height="${330 - y}" fill="${shade(200 - at * 14, 150 + at * 8, 120)}"/><path d="M${x - 8} ${y}l53-48 53 48z" fill="${shade(150, 66, 52)}"/><rect x="${x + 32}" y="${y + 30}" width="26" height="30" fill="#ffe08a"/>`

/** @param {number} x @param {number} width @param {number} y @param {Shade} shade */
const peak = (x, width, y, shade) =>
  `<path d="M${x} 340l${width / 2} ${y - 340}l${width / 2} ${340 - y}z" fill="${shade(110, 120, 140)}"/><path d="M${x + width / 2} ${y}l-34 48 20-8 14 14 16-14 18 8z" fill="${shade(245, 248, 252)}"/>`

/** @param {number} x @param {number} y @param {number} size @param {Shade} shade */
const tree = (x, y, size, shade) =>
  `<rect x="${x - 5}" y="${y - size / 5}" width="10" height="${20 + size / 5}" fill="${shade(100, 70, 50)}"/>${[
    0, 1, 2,
  ]
    .map(
      part =>
        `<path d="M${x} ${y - size + (part * size) / 4}l${22 + part * 8} ${size / 3}h${-44 - part * 16}z" fill="${shade(48, 100 - part * 8, 66)}"/>`,
    )
    .join('')}`

/** @param {Shade} shade */
const fox = shade =>
  `<g transform="translate(330 285)"><path d="M-52 20q-34-10-30-38 22 4 40 24z" fill="${shade(214, 110, 48)}"/><ellipse rx="44" ry="26" cy="20" fill="${shade(224, 118, 52)}"/><path d="M22-30l8-22 14 14 14-14 8 22-22 34z" fill="${shade(230, 124, 56)}"/><path d="M36-12l8 20 8-20z" fill="${shade(252, 244, 232)}"/><circle cx="37" cy="-18" r="3"/><circle cx="51" cy="-18" r="3"/><path d="M-28 38v24M28 38v24M-12 42v20M12 42v20" stroke="${shade(70, 45, 35)}" stroke-width="8"/></g>`

/** @param {Shade} shade */
const owl = shade =>
  `<g transform="translate(345 262)"><ellipse rx="30" ry="42" fill="${shade(128, 96, 70)}"/><path d="M-26-30l4-18 14 10h16l14-10 4 18z" fill="${shade(108, 80, 58)}"/><circle cx="-12" cy="-16" r="11" fill="#fff6dd"/><circle cx="12" cy="-16" r="11" fill="#fff6dd"/><circle cx="-12" cy="-16" r="5"/><circle cx="12" cy="-16" r="5"/><path d="M-4-8h8l-4 9z" fill="#e8a33d"/></g>`

const stars = () =>
  Array.from(
    { length: 40 },
    (_, at) =>
      `<circle cx="${(at * 167) % 640}" cy="${(at * 71) % 190}" r="${1 + (at % 3) / 2}" fill="#fff"/>`,
  ).join('')

/** @param {string} weather */
function fall(weather) {
  const drops = Array.from({ length: 90 }, (_, at) => [(at * at * 37 + at * 89) % 640, (at * 149) % 400])
  if (weather === 'rain')
    return `<path d="${drops.map(([x, y]) => `M${x} ${y}l-5 16`).join('')}" stroke="#dcecf8" stroke-width="1.6" opacity=".75"/>`
  if (weather !== 'snow') return ''
  return drops
    .map(([x, y], at) => `<circle cx="${x}" cy="${y}" r="${2 + (at % 3)}" fill="#fff" opacity=".9"/>`)
    .join('')
}
