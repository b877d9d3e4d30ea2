import type { ArtifactRecord } from '../model/manifest.js'

const ENDINGS: Readonly<Record<string, string>> = {
  'text/plain': '.txt',
  'text/html': '.html',
  'text/markdown': '.md',
  'text/csv': '.csv',
  'application/json': '.json',
  'application/pdf': '.pdf',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/webp': '.webp',
  'image/gif': '.gif',
  'image/svg+xml': '.svg',
  'audio/mpeg': '.mp3',
  'audio/wav': '.wav',
  'audio/ogg': '.ogg',
  'video/mp4': '.mp4',
  'video/webm': '.webm',
}

/** `Producer:Picture[3].Image` → `Picture-3.Image.png`. Ids hold only letters, digits, `_`, `[`, `]`, `.` and `:`. */
export function artifactFileName({ artifactId, blob, value }: ArtifactRecord): string {
  const base = artifactId
    .replace(/^Producer:/, '')
    .replace(/\[(\d+)\]/g, '-$1')
    .replace(/[^A-Za-z0-9_.-]/g, '_')
  if (!blob) return base + (typeof value === 'string' ? '.txt' : '.json')
  const type = blob.mimeType.split(';')[0]!.trim()
  return base + (Object.hasOwn(ENDINGS, type) ? ENDINGS[type] : '.bin')
}
