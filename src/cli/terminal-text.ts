/**
 * Texts of providers, files and stores may hold control characters, which a terminal obeys: they could clear the
 * screen, or hide what happened. C0 without tab and line feed, DEL, C1, and the marks that turn the direction
 * of writing are shown by their numbers.
 */
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** The text as a terminal may show it; lines stay lines. */
export function printable(text: string): string {
  return text.replace(CONTROLS, character => {
    const code = character.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
  })
}

/** Like {@link printable}, in one line. */
export const oneLine = (text: string): string => printable(text).replace(/\n/g, '\\n').replace(/\t/g, ' ')
