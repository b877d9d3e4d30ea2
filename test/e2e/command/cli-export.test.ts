import { spawn } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeEach, expect, test } from 'vitest'
import { cli, jsonOf } from '../../support/cli/cli.js'
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
`

let folder: string
beforeEach(async () => {
  folder = await cliProject()
  await writeFile(join(folder, 'taglines.yaml'), taglines)
  await writeFile(join(folder, 'rows.csv'), 'name,price\nfox,1\n"bee, ""b""",2\n')
  await cli(['run', 'taglines.yaml', '-i', 'rows=@rows.csv', '--quiet'], folder)
})

test('export: the rows as CSV on standard output, where a script can read them', async () => {
  const { stdout, stderr, code } = await cli(['export', 'taglines'], folder)
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  expect(parse(stdout, { columns: true })).toMatchObject([
    { key: '0', name: 'fox', price: '1', 'Tagline.Text': 'Buy fox!', status: 'succeeded' },
    { key: '1', name: 'bee, "b"', price: '2', 'Tagline.Text': 'Buy bee, "b"!', status: 'succeeded' },
  ])
})

test('export -o: a file with a summary, which is not replaced without --force', async () => {
  const made = await cli(['export', 'taglines', '-o', 'out.jsonl', '--json'], folder)
  expect(jsonOf(made)).toMatchObject({ movieId: 'taglines', loop: 'row', format: 'jsonl', rows: 2, files: 0 })
  expect((await readFile(join(folder, 'out.jsonl'), 'utf8')).split('\n')).toHaveLength(3)
  expect((await cli(['export', 'taglines', '-o', 'out.jsonl'], folder)).code).toBe(2)
  const replaced = await cli(['export', 'taglines', '-o', 'out.jsonl', '--only', 'failed', '--force'], folder)
  expect(replaced).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^taglines: 0 rows of row .* 2 rows left out/),
  })
  expect(await readFile(join(folder, 'out.jsonl'), 'utf8')).toBe('')
})

test('export: what cannot be done is said before anything is written', async () => {
  const refused = async (...args: string[]) => (await cli(['export', 'taglines', ...args], folder)).code
  expect(await refused('-o', 'out.xls')).toBe(2)
  expect(await refused('--only', 'done')).toBe(2)
  expect(await refused('--rows', 'roww')).toBe(2)
  expect(await refused('--json')).toBe(2)
  expect((await readdir(folder)).filter(name => name.includes('out'))).toEqual([])
})

test('export: a reader that closes the pipe early is no failure', async () => {
  const child = spawn(process.execPath, [join(process.cwd(), 'dist/cli/main.js'), 'export', 'taglines'], {
    cwd: folder,
  })
  child.stdout.destroy()
  const code = await new Promise(resolve => child.on('exit', resolve))
  expect(code).toBe(0)
})

test('what a check has rejected is listed, shown, exported and written as files', async () => {
  const check =
    '    check: { that: { value: "${outputs.Text}", isNot: "Buy fox!", reason: No foxes. }, attempts: 2 }\n'
  await writeFile(join(folder, 'taglines.yaml'), taglines.replace('taglines', 'checked') + check)
  const run = await cli(['run', 'taglines.yaml', '-i', 'rows=@rows.csv', '--show'], folder)
  expect(run.code).toBe(1)
  expect(run.stdout).toContain('rejected: Buy fox!')
  const listed = await cli(['artifacts', 'checked', '--rejected'], folder)
  expect(listed.stdout).toContain('Producer:Tagline[0].Text  "Buy fox!"')
  expect(listed.stdout).toContain('attempt 2: No foxes.')
  const answer = jsonOf(await cli(['artifacts', 'checked', '--rejected', '--json'], folder))
  expect(answer).toMatchObject({ jobId: 'Producer:Tagline[0]', from: 'check', outputs: { Text: 'Buy fox!' } })
  await cli(['artifacts', 'checked', '--rejected', '--export', 'out'], folder)
  expect(await readdir(join(folder, 'out'))).toEqual(['Tagline-0.Text.txt'])
  const { stdout } = await cli(['export', 'checked', '--rejected'], folder)
  expect(parse(stdout, { columns: true })).toMatchObject([
    { name: 'fox', 'Tagline.Text': '', 'rejected.Tagline.Text': 'Buy fox!', errorCode: 'rejected' },
  ])
  expect(
    (await cli(['artifacts', 'checked', '--rejected', '--versions', 'Tagline[0].Text'], folder)).code,
  ).toBe(2)
})
