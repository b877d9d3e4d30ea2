/** Bytes from the beginning of a file that {@link sniffType} looks at. */
export const SNIFF_BYTES = 1_024

/** The types that bytes may have by their signature, the usual one first. */
export type SniffedTypes = readonly [string, ...string[]]

interface Signature {
  /** In Latin-1, at `offset`. */
  readonly text: string
  readonly offset?: number
  readonly types: SniffedTypes
}

/** Signatures that nothing else begins with: those of file(1) and of the formats' own documents. */
const SIGNATURES: readonly Signature[] = [
  { text: '\x89PNG\r\n\x1a\n', types: ['image/png', 'image/apng', 'image/vnd.mozilla.apng'] },
  { text: '\xff\xd8\xff', types: ['image/jpeg', 'image/jxs', 'image/mpo'] },
  { text: 'GIF87a', types: ['image/gif'] },
  { text: 'GIF89a', types: ['image/gif'] },
  { text: 'WEBP', offset: 8, types: ['image/webp'] },
  { text: 'II*\0', types: ['image/tiff', 'image/x-adobe-dng', 'image/dng', 'image/x-dng'] },
  { text: 'MM\0*', types: ['image/tiff', 'image/x-adobe-dng', 'image/dng', 'image/x-dng'] },
  { text: '\0\0\0\x0cJXL \r\n\x87\n', types: ['image/jxl'] },
  { text: '8BPS', types: ['image/vnd.adobe.photoshop'] },
  { text: 'WAVE', offset: 8, types: ['audio/wav'] },
  { text: 'AVI ', offset: 8, types: ['video/x-msvideo'] },
  { text: 'AIFF', offset: 8, types: ['audio/aiff'] },
  { text: 'AIFC', offset: 8, types: ['audio/aiff'] },
  { text: 'fLaC', types: ['audio/flac'] },
  { text: 'MThd', types: ['audio/midi'] },
  { text: '#!AMR', types: ['audio/amr', 'audio/amr-wb'] },
  // The tag stands before AAC as well.
  { text: 'ID3', types: ['audio/mpeg', 'audio/aac'] },
  { text: '\x1aE\xdf\xa3', types: ['video/webm', 'audio/webm', 'video/x-matroska', 'audio/x-matroska'] },
  { text: '\0\0\x01\xba', types: ['video/mpeg'] },
  { text: 'FLV\x01', types: ['video/x-flv'] },
  { text: '%PDF-', types: ['application/pdf'] },
  { text: '\x1f\x8b\x08', types: ['application/gzip'] },
  { text: 'glTF\x02\0\0\0', types: ['model/gltf-binary'] },
  { text: 'wOFF', types: ['font/woff'] },
  { text: 'wOF2', types: ['font/woff2'] },
  { text: 'OTTO', types: ['font/otf', 'font/ttf', 'font/sfnt'] },
]

/** By the brand of an ISO media file (ISO 14496-12): the letters after `ftyp`. */
const BRANDS: readonly (readonly [brand: RegExp, types: SniffedTypes])[] = [
  [/^avi[fs]/, ['image/avif', 'image/heif']],
  [/^(hei|hev|heim|mif1|msf1)/, ['image/heic', 'image/heif', 'image/avif', 'image/heic-sequence']],
  [/^M4[AB] /, ['audio/mp4', 'video/mp4']],
  [/^qt {2}/, ['video/quicktime', 'video/mp4', 'audio/mp4']],
  [/^/, ['video/mp4', 'audio/mp4', 'video/quicktime', 'video/3gpp', 'audio/3gpp', 'video/3gpp2']],
]

const OGG: SniffedTypes = ['audio/ogg', 'video/ogg', 'application/ogg', 'audio/flac']
const OPUS_IN_OGG: SniffedTypes = ['audio/ogg', 'audio/opus', 'application/ogg', 'video/ogg']

const SVG = /^\s*(?:<!doctype svg[^>]*>\s*)?<svg[\s>]/i
const HTML = /^\s*<(?:!doctype html|html[\s>])/i
const XML_DECLARATION = /^\s*<\?xml[^>]*>/i
const COMMENT = /^\s*<!--[\s\S]*?-->/

/**
 * What the first bytes of a file say that it is; undefined where they say nothing for certain.
 * @param head up to {@link SNIFF_BYTES}
 */
export function sniffType(head: Uint8Array): SniffedTypes | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, SNIFF_BYTES)).toString(
    'latin1',
  )
  if (text.startsWith('ftyp', 4)) return BRANDS.find(([brand]) => brand.test(text.slice(8)))![1]
  if (text.startsWith('OggS')) return text.includes('OpusHead') ? OPUS_IN_OGG : OGG
  const found = SIGNATURES.find(signature => text.startsWith(signature.text, signature.offset ?? 0))
  if (found !== undefined) return isRiff(found, text) ? found.types : undefined
  if (text.startsWith('PK\x03\x04')) return ['application/zip']
  const frame = audioFrame(text)
  if (frame !== undefined) return frame
  const words = text.replace(/^\xef\xbb\xbf/, '')
  if (SVG.test(withoutComments(words.replace(XML_DECLARATION, ''))))
    return ['image/svg+xml', 'application/xml']
  return HTML.test(withoutComments(words)) ? ['text/html', 'application/xhtml+xml'] : undefined
}

/** Without those that it begins with, one by one: a pattern for all of them tries every way to divide them. */
function withoutComments(text: string): string {
  let rest = text
  while (COMMENT.test(rest)) rest = rest.replace(COMMENT, '')
  return rest
}

/** What stands after a length of four bytes needs its container in front. */
const isRiff = ({ offset }: Signature, text: string): boolean =>
  offset === undefined || text.startsWith('RIFF') || text.startsWith('FORM')

/** MPEG audio without a tag begins with eleven set bits (ISO 11172-3), AAC in ADTS with twelve and layer 0 (ISO 13818-7). */
function audioFrame(text: string): SniffedTypes | undefined {
  const [first, second, third] = [text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2)]
  if (first !== 0xff || Number.isNaN(third)) return undefined
  if ((second & 0xf6) === 0xf0) return (third & 0x3c) >> 2 < 13 ? ['audio/aac'] : undefined
  const isLayer3 = (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08
  const hasRates = (third & 0xf0) !== 0xf0 && (third & 0x0c) !== 0x0c
  return isLayer3 && hasRates ? ['audio/mpeg'] : undefined
}

/** Whether bytes look like text: no control characters but white space. */
export const looksLikeText = (head: Uint8Array): boolean =>
  !head.some(byte => byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b))
