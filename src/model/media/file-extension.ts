import { Mime } from 'mime'
import other from 'mime/types/other.js'
import standard from 'mime/types/standard.js'
import { mimeName } from './mime-type.js'

/** Types by the ending that people expect of them, where the registry's first one is another, or none. */
const USUAL: Readonly<Record<string, string[]>> = {
  'application/x-ndjson': ['jsonl', 'ndjson'],
  'application/yaml': ['yaml', 'yml'],
  'audio/aac': ['aac'],
  'audio/aiff': ['aiff', 'aif'],
  'audio/flac': ['flac'],
  'audio/mpeg': ['mp3'],
  'audio/ogg': ['ogg', 'oga'],
  'audio/opus': ['opus'],
  'audio/pcm': ['pcm'],
  'audio/wav': ['wav'],
  'image/tiff': ['tiff', 'tif'],
  'video/quicktime': ['mov', 'qt'],
}

let known: Mime | undefined

/** Not before somebody asks: it holds a thousand types, and most processes never do. */
function types(): Mime {
  known ??= new Mime(standard, other).define(USUAL, true)
  return known
}

/** `image/png` → `.png`; programs often choose a format by the name of a file. `.bin` for a type without an ending. */
export function extensionOf(mimeType: string): string {
  const name = mimeName(mimeType)
  const extension = types().getExtension(name) ?? types().getExtension(mimeType)
  return extension === null ? '.bin' : `.${extension}`
}

/** The type of a file by its name, under its usual name. */
export function mimeOfName(name: string): string | undefined {
  // A name that is nothing but an ending has none.
  const type = /[^/\\]\.[^./\\]+$/.test(name) ? types().getType(name) : null
  return type === null ? undefined : mimeName(type)
}
