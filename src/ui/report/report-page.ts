import { createHash } from 'node:crypto'
import type { PageFile } from '../http/page-files.js'
import type { ReportData } from '../page-data.js'

/** The page as one file that opens from disk, with its data inside. Nothing else runs in it, and it asks nobody. */
export function reportPage(files: ReadonlyMap<string, PageFile>, data: ReportData): string {
  const script = textOf(files, '/page.js').replaceAll('</script', '<\\/script')
  const style = textOf(files, '/page.css')
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${data.movie.movie} · Showrunner</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<script type="application/json" id="report">${jsonOf(data)}</script>
<script type="module">${script}</script>
</body>
</html>
`
}

/** JSON in which nothing ends the element that it is in. */
const jsonOf = (data: ReportData): string => JSON.stringify(data).replaceAll('<', '\\u003c')

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

const textOf = (files: ReadonlyMap<string, PageFile>, path: string): string =>
  files.get(path)!.bytes.toString('utf8')
