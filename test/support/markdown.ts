import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url))

/** Folders that hold no pages of ours. */
const PASSED_OVER = new Set(['node_modules', 'dist', 'movies', 'out', 'coverage', 'pages'])

export interface Page {
  /** From the repository's folder: `docs/errors.md`. */
  readonly path: string
  readonly text: string
}

/** A fenced block of a page. */
export interface Fence {
  readonly page: string
  /** Of its first line, from 1. */
  readonly line: number
  readonly language: string
  readonly text: string
}

/** Every Markdown page of the repository. */
export async function markdownPages(folder = ''): Promise<Page[]> {
  const entries = await readdir(join(REPOSITORY, folder), { withFileTypes: true })
  const pages: Page[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!PASSED_OVER.has(entry.name) && !entry.name.startsWith('.'))
        pages.push(...(await markdownPages(path)))
    } else if (entry.name.endsWith('.md')) {
      pages.push({ path, text: await readFile(join(REPOSITORY, path), 'utf8') })
    }
  }
  return pages
}

export function fencesIn({ path, text }: Page): Fence[] {
  return [...text.matchAll(/^```(\w+)\n((?:.*\n)*?)```$/gm)].map(({ 1: language, 2: body, index }) => ({
    page: path,
    line: text.slice(0, index).split('\n').length + 1,
    language: language!,
    text: body!,
  }))
}

/** The page without its fenced blocks. */
export const proseOf = ({ text }: Page): string => text.replace(/^```\w*\n(?:.*\n)*?```$/gm, '')

/** Anchors of the page's headings, as GitHub makes them. */
export function anchorsIn(page: Page): string[] {
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
