import { extname } from 'node:path'
import { mimeName } from '../model/mime-type.js'

const EXTENSIONS: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.avif': 'image/avif',
  '.bmp': 'image/bmp',
  '.tiff': 'image/tiff',
  '.tif': 'image/tiff',
  '.svg': 'image/svg+xml',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/opus',
  '.aac': 'audio/aac',
  '.m4a': 'audio/mp4',
  '.aiff': 'audio/aiff',
  '.pcm': 'audio/pcm',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.mov': 'video/quicktime',
  '.mkv': 'video/x-matroska',
  '.avi': 'video/x-msvideo',
  '.html': 'text/html',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.yaml': 'application/yaml',
  '.jsonl': 'application/x-ndjson',
  '.zip': 'application/zip',
  '.glb': 'model/gltf-binary',
  '.pdf': 'application/pdf',
}

/** `image/png` → `.png`; programs often choose a format by the name of a file. */
export const extensionOf = (mimeType: string): string =>
  Object.entries(EXTENSIONS).find(([, type]) => type === mimeName(mimeType))?.[0] ?? '.bin'

/** The type of a file by its name. */
export const mimeOfName = (name: string): string | undefined => EXTENSIONS[extname(name).toLowerCase()]
