import { readFileSync } from 'node:fs'
import { css, paletteOf } from '../draw/palette.mjs'
import { PICTURE_FOLDER, pictureName } from './picture-name.mjs'

/** @typedef {{ card: import('../card.mjs').Card, image: string }} Entry `image` is a data URL */

const STYLE = ['page', 'toolbar', 'viewer'].map(name => read(`./${name}.css`)).join('')
const SCRIPT = read('./page-script.js')

/**
 * @param {string} title
 * @param {readonly Entry[]} entries
 * @returns {string} HTML with its style, script and pictures inside
 */
export function renderPage(title, entries) {
  const cards = entries.map(entry => entry.card)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${html(title)}</title>
<style>
${STYLE}</style>
</head>
<body>
<header class="masthead">
<h1>${html(title)}</h1>
<p class="lead">${cards.length} rows of a table, each turned into a caption, a picture and a card of facts, bound into this page.</p>
<dl class="totals">${totals(cards)}</dl>
</header>
<form class="toolbar" id="toolbar" role="search" hidden>
<input type="search" id="search" placeholder="Search (press /)" aria-label="Search countries, capitals, languages and currencies" autocomplete="off">
<div class="chips" role="group" aria-label="Continent">${chips(cards)}</div>
<label class="sort">Sort by <select id="sort">
<option value="name">name</option>
<option value="population">population</option>
<option value="area">area</option>
<option value="density">density</option>
</select></label>
</form>
<main>
<p class="tally" id="tally" aria-live="polite"></p>
<ul class="grid" id="grid">
${entries.map(renderCard).join('\n')}
</ul>
</main>
<dialog class="viewer" id="viewer" aria-labelledby="viewer-name">
<img class="picture" id="viewer-image" alt="" width="800" height="500">
<div class="viewer-text"><h2 id="viewer-name"></h2><p id="viewer-caption"></p><dl class="facts" id="viewer-facts"></dl></div>
<nav class="viewer-steps"><button type="button" class="step" id="previous" aria-label="Previous country">←</button><button type="button" class="step" id="next" aria-label="Next country">→</button><button type="button" class="step" id="close" aria-label="Close">✕</button></nav>
</dialog>
<footer><p>Made by Showrunner’s atlas demo. Figures are rounded estimates; borders after Natural Earth.</p></footer>
<script>
${SCRIPT}</script>
</body>
</html>
`
}

/** @param {readonly import('../card.mjs').Card[]} cards */
function totals(cards) {
  const people = cards.reduce((sum, card) => sum + card.population, 0)
  const area = cards.reduce((sum, card) => sum + card.areaKm2, 0)
  const languages = new Set(cards.flatMap(card => card.languages))
  return [
    ['countries', String(cards.length)],
    ['people', `${(people / 1e9).toFixed(2)} billion`],
    ['square kilometres', `${(area / 1e6).toFixed(1)} million`],
    ['languages', String(languages.size)],
  ]
    .map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`)
    .join('')
}

/** @param {readonly import('../card.mjs').Card[]} cards */
function chips(cards) {
  const counts = new Map([['', cards.length]])
  for (const { continent } of cards) counts.set(continent, (counts.get(continent) ?? 0) + 1)
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([continent, count]) => {
      const dot = continent ? `<i style="background:${css(paletteOf(continent).land)}"></i>` : ''
      const label = continent ? html(continent) : 'All'
      return `<button type="button" class="chip" data-continent="${html(continent)}" aria-pressed="${!continent}">${dot}${label} <small>${count}</small></button>`
    })
    .join('')
}

/** @param {Entry} entry */
function renderCard({ card, image }) {
  const words = [card.name, card.capital, card.currency, card.code, ...card.languages].join(' ')
  return `<li class="card" id="${html(card.code)}" data-continent="${html(card.continent)}" data-words="${html(plain(words))}" data-name="${html(card.name)}" data-population="${card.population}" data-area="${card.areaKm2}" data-density="${card.density}" data-picture="${PICTURE_FOLDER}/${html(pictureName(card.code))}">
<button type="button" class="open" aria-label="${html(card.name)}"><img class="picture" loading="lazy" decoding="async" width="480" height="300" src="${image}" alt="Globe turned to ${html(card.capital)}"></button>
<p class="caption">${html(card.caption)}</p>
<dl class="facts">${facts(card)}</dl>
</li>`
}

/** @param {import('../card.mjs').Card} card */
function facts(card) {
  return [
    ['Capital', `${card.capital} (${card.coordinates})`],
    ['Hemispheres', card.hemispheres],
    ['Nearest capital', card.nearestCapital],
    ['Antipode', card.antipode],
    ['Solar noon', card.noon],
    ['Population', `${card.populationText}, no. ${card.populationRank}`],
    ['Area', `${card.areaText}, no. ${card.areaRank}`],
    ['Density', `${card.density.toLocaleString('en-US')} a km², no. ${card.densityRank}`],
    ['Currency', card.currency],
    [card.languages.length > 1 ? 'Languages' : 'Language', card.languages.join(', ')],
  ]
    .map(([name, value]) => `<div><dt>${name}</dt><dd>${html(String(value))}</dd></div>`)
    .join('')
}

/**
 * Small letters without accents, as the search box compares them; the script on the page does the same.
 *
 * @param {string} text
 */
function plain(text) {
  return text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
}

/** @param {string} file */
function read(file) {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
}

/** @param {string} text */
function html(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
