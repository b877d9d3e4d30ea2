/**
 * Texts of providers, files and stores may hold control characters, which a terminal obeys: they could clear the
 * screen, or hide what happened. All but tab and line feed are shown by their numbers, and so are the marks that
 * end lines or turn the direction of writing.
 */
const CONTROLS = String.raw`(?![\t\n])\p{Cc}|\p{Zl}|\p{Zp}|\p{Bidi_Control}`
/** Most texts are: the pattern of all others reads tables of Unicode, and is made when the first one comes. */
const PLAIN = /^[\t\n -~]*$/
let controls: RegExp | undefined

function withShown(text: string, shown: (code: number) => string): string {
  if (PLAIN.test(text)) return text
  controls ??= new RegExp(CONTROLS, 'gu')
  return text.replace(controls, character => shown(character.charCodeAt(0)))
}

/** The text as a terminal may show it; lines stay lines. */
export const printableText = (text: string): string =>
  withShown(text, code =>
    code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`,
  )

/** The same for a JSON text, in its own escapes: who parses it gets what it was. */
export const printableJson = (json: string): string =>
  withShown(json, code => `\\u${code.toString(16).padStart(4, '0')}`)

/** Like {@link printableText}, in one line. */
export const oneLineText = (text: string): string =>
  printableText(text).replace(/\n/g, '\\n').replace(/\t/g, ' ')
