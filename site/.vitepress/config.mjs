import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'

/** @param {string} path below docs/ */
const titleOf = path =>
  /^# (.*)$/m.exec(readFileSync(new URL(`../pages/${path}`, import.meta.url), 'utf8'))?.[1]
/** @param {string[]} paths those that are there */
const links = paths =>
  paths
    .filter(path => existsSync(new URL(`../pages/${path}`, import.meta.url)))
    .map(path => ({ text: titleOf(path) ?? path, link: `/${path.replace(/README\.md$/, '')}` }))
/** @param {string} folder @param {RegExp} [but] */
const all = (folder, but = /README/) =>
  existsSync(new URL(`../pages/${folder}`, import.meta.url))
    ? readdirSync(new URL(`../pages/${folder}`, import.meta.url))
        .filter(name => name.endsWith('.md') && !but.test(name))
        .map(name => `${folder}/${name}`)
    : []
/** A page with the pages of the folder of its name. @param {string} page @param {string[]} names */
const group = (page, names) => ({
  ...links([page])[0],
  collapsed: true,
  items: links(names.map(name => `${page.replace('.md', '')}/${name}.md`)),
})
/** @param {string} folder */
const namesIn = folder => all(folder).map(path => path.slice(folder.length + 1, -'.md'.length))
/** A page about a provider has its name, in small letters, as its title. */
const builtIn = all('providers').filter(path => path === `providers/${titleOf(path)}.md`)

export default defineConfig({
  title: 'Showrunner',
  description: 'Bulk generation with AI providers: a blueprint and a table in, files and a durable log out.',
  srcDir: 'pages',
  outDir: 'dist',
  cleanUrls: true,
  rewrites: path => path.replace(/README\.md$/, 'index.md'),
  markdown: {
    // Pages are written for readers of the repository, too: what looks like a tag is text.
    html: false,
    anchor: { slugify: githubAnchor },
    config(md) {
      withoutLinksOut(md)
      withoutTemplates(md)
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'First steps', link: '/first-steps' },
      { text: 'Blueprints', link: '/blueprint' },
      { text: 'Providers', link: '/providers' },
      { text: 'Reference', link: '/api/' },
    ],
    sidebar: [
      { text: 'Begin', items: links(['README.md', 'first-steps.md', 'from-twenty-to-twenty-thousand.md']) },
      {
        text: 'Use',
        items: [
          group('blueprint.md', [
            'inputs',
            'loops',
            'made-lists',
            'until',
            'references',
            'conditions',
            'checks',
            'fallback',
          ]),
          group('providers.md', ['own', 'failures', 'limits', 'prices', 'reuse', 'answers']),
          ...links(['review.md', 'probe.md', 'scaling.md', 'fleet.md', 'ui.md', 'telemetry.md', 'errors.md']),
        ],
      },
      { text: 'Commands', collapsed: true, items: links(['commands/README.md', ...all('commands')]) },
      { text: 'Built-in providers', collapsed: true, items: links(builtIn) },
      {
        text: 'In a program',
        items: [
          ...links(['embedding.md', 'own-store.md', 'from-0.1.md']),
          { text: 'Reference', link: '/api/' },
        ],
      },
      {
        text: 'How it works',
        items: [
          ...links(['guarantees.md', 'architecture.md', 'storage-format.md']),
          group('performance.md', namesIn('performance')),
        ],
      },
      { text: 'Decisions', collapsed: true, items: links(['decisions/README.md', ...all('decisions')]) },
    ],
  },
})

/** As GitHub makes them, so that one link serves both. @param {string} heading */
function githubAnchor(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

/** A link to a file of the repository that is no page becomes its text. @param {import('markdown-it').default} md */
function withoutLinksOut(md) {
  md.core.ruler.push('links_out', state => {
    for (const { children } of state.tokens) {
      if (children === null) continue
      const open = []
      for (const token of children) {
        if (token.type === 'link_open') open.push(leavesDocs(token.attrGet('href') ?? '', state.env))
        else if (token.type !== 'link_close') continue
        const leaves = token.type === 'link_open' ? open.at(-1) : open.pop()
        if (leaves) Object.assign(token, { type: 'text', tag: '', content: '', nesting: 0 })
      }
    }
  })
}

/** @param {string} href @param {{ relativePath?: string }} page */
function leavesDocs(href, { relativePath = '' }) {
  const depth = relativePath.split('/').length - 1
  const up = /^(?:\.\.\/)*/.exec(href)?.[0].length ?? 0
  return up / 3 > depth
}

/** Braces in a page are those of a blueprint or of Mustache, and not for the site's own templates. @param {import('markdown-it').default} md */
function withoutTemplates(md) {
  const { renderer } = md
  const render = renderer.render.bind(renderer)
  renderer.render = (...args) => render(...args).replaceAll('{{', '&#123;&#123;')
}
