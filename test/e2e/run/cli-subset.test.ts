import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { cli } from '../../support/cli/cli.js'
import { cliProject } from '../../support/cli/cli-project.js'

const taglines = `name: taglines
inputs: { rows: table }
loops: { row: { over: "\${inputs.rows}" } }
producers:
  Tagline:
    loop: row
    provider: template
    config: { template: "Buy {{name}}!" }
    with: { name: "\${row.name}" }
    outputs: { Text: text }
  Page:
    provider: template
    config: { template: "{{#texts}}{{.}}{{/texts}}" }
    with: { texts: "\${Tagline[*].Text}" }
    outputs: { Text: text }
`

let folder: string
beforeEach(async () => {
  folder = await cliProject()
  await writeFile(join(folder, 'taglines.yaml'), taglines)
  await writeFile(join(folder, 'rows.csv'), 'name\nfox\nbee\nowl\n')
})
const run = (...args: string[]) => cli(['run', 'taglines.yaml', '-i', 'rows=@rows.csv', ...args], folder)

test('run --first --show prints the rows with what was made, and what waits', async () => {
  const { stdout, code } = await run('--first', '2', '--show', '--quiet')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^key +name +Tagline\.Text +status$/m)
  expect(stdout).toMatch(/^0 +fox +Buy fox! +succeeded$/m)
  expect(stdout).toMatch(/^1 +bee +Buy bee! +succeeded$/m)
  expect(stdout).not.toContain('owl')
  expect(stdout).toContain('Only 2 of 3 elements of row. Page waits')
  expect((await run('--quiet')).stdout).toMatch(/2 made · 2 already there/)
})

test('run --sample --show --json prints a row a line, and the result last', async () => {
  const { stdout } = await run('--sample', 'row=1', '--seed', '3', '--show', '--json')
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines).toMatchObject([
    { status: 'succeeded', Tagline: { Text: expect.stringMatching(/^Buy /) } },
    { movieId: 'taglines', status: 'succeeded', subset: { loop: 'row', total: 3, waiting: ['Page'] } },
  ])
  expect(lines[1].subset.elements).toEqual([lines[0].key])
})

test('plan --first says what would run', async () => {
  const { stdout } = await cli(['plan', 'taglines.yaml', '-i', 'rows=@rows.csv', '--first', '1'], folder)
  expect(stdout).toContain('1 of 1 jobs to run')
  expect(stdout).toContain('Only 1 of 3 elements of row.')
  expect((await run('--first', 'none')).code).toBe(2)
})

test('run --until makes a producer and what it needs; plan and status say so', async () => {
  const planned = await cli(['plan', 'taglines.yaml', '-i', 'rows=@rows.csv', '--until', 'Tagline'], folder)
  expect(planned.stdout).toContain('3 of 3 jobs to run')
  expect(planned.stdout).toContain('Only until Tagline. Left out: Page.')
  const { stdout } = await run('--until', 'Tagline', '--until', 'Tagline.Text', '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'succeeded',
    counts: { succeeded: 3 },
    until: { producers: ['Tagline'], leftOut: ['Page'] },
  })
  expect((await cli(['status', 'taglines'], folder)).stdout).toMatch(/succeeded.*only until Tagline/)
  expect((await run('--quiet')).stdout).toMatch(/1 made · 3 already there/)
  const { code, stderr } = await run('--until', 'Taglin')
  expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean "Tagline"?')])
})
