/** @type {Readonly<Record<string, string>>} */
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A text as HTML shows it, also inside an attribute. @param {string} text */
export const escapeHtml = text => text.replace(/[&<>"']/g, character => ENTITIES[character] ?? character)
