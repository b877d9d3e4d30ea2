/**
 * @typedef {object} Scene
 * @property {string} slug what the scene is named by, whatever comes before it
 * @property {string} text
 * @property {string} place
 * @property {string} time
 * @property {string} weather
 * @property {string} hero
 */

/** What words in a sentence say about its scene; what stands first in it counts. @type {Record<string, [RegExp, string][]>} */
const CLUES = {
  place: [
    [/\b(sea|ocean|shore|harbou?r|boat)\b/i, 'sea'],
    [/\b(town|city|house|window|street)\b/i, 'town'],
    [/\b(peak|mountain|mountains)\b/i, 'mountains'],
    [/\b(hill|hills|field|meadow)\b/i, 'hills'],
    [/\b(forest|tree|trees|wood)\b/i, 'forest'],
  ],
  time: [
    [/\b(morning|sun rose|dawn)\b/i, 'morning'],
    [/\b(evening|dusk|sunset)\b/i, 'evening'],
    [/\b(night|midnight|stars)\b/i, 'night'],
  ],
  weather: [
    [/\b(rain|storm)\b/i, 'rain'],
    [/\bsnow\b/i, 'snow'],
  ],
  hero: [
    [/\bowl\b/i, 'owl'],
    [/\b(fox|she)\b/i, 'fox'],
  ],
}
const USUAL = { place: 'forest', time: 'day', weather: 'clear', hero: 'nobody' }
const WORDS_IN_SLUG = 4
const SMALL_WORDS = new Set(
  'a an and as at but by for had her his in it of on or she so the to under was when where while'.split(' '),
)

/**
 * Makes a script of a story: a title, and a scene for each sentence.
 *
 * @param {import('showrunner').ProduceRequest} request
 * @returns {import('showrunner').ProduceResult}
 */
export function produce({ inputs }) {
  const sentences = String(inputs.story)
    .split(/(?<=[.!?])\s+/)
    .map(sentence => sentence.trim())
    .filter(sentence => sentence !== '')
  const scenes = sentences.map(sceneOf)
  const hero = scenes.find(({ hero }) => hero !== USUAL.hero)?.hero
  return { outputs: { Title: hero ? `The ${hero}` : 'A story', Scenes: /** @type {any} */ (scenes) } }
}

/** @param {string} text @returns {Scene} */
function sceneOf(text) {
  const found = Object.entries(CLUES).map(([name, clues]) => {
    const usual = USUAL[/** @type {keyof typeof USUAL} */ (name)]
    return [name, firstOf(text, clues) ?? usual]
  })
  return { slug: slugOf(text), text, ...Object.fromEntries(found) }
}

/** @param {string} text @param {readonly [RegExp, string][]} clues */
function firstOf(text, clues) {
  const found = clues
    .map(([pattern, meaning]) => ({ at: text.search(pattern), meaning }))
    .filter(({ at }) => at >= 0)
  return found.sort((a, b) => a.at - b.at)[0]?.meaning
}

/** @param {string} text */
function slugOf(text) {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const telling = words.filter(word => !SMALL_WORDS.has(word))
  return (telling.length > 0 ? telling : words).slice(0, WORDS_IN_SLUG).join('-')
}
