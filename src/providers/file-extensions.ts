import { extname } from 'node:path'
import { mimeEssence } from '../model/mime-type.js'

const EXTENSIONS: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.svg': 'image/svg+xml',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.mov': 'video/quicktime',
  '.html': 'text/html',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
}

/** `image/png` → `.png`; programs often choose a format by the name of a file. */
export const extensionOf = (mimeType: string): string =>
  Object.entries(EXTENSIONS).find(([, type]) => type === mimeEssence(mimeType))?.[0] ?? '.bin'

/** The type of a file by its name. */
export const mimeOfName = (name: string): string | undefined => EXTENSIONS[extname(name).toLowerCase()]
