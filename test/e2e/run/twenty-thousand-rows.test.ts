import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { CliProcess, type CliResult, cli } from '../../support/cli/cli.js'
import { fencesIn, REPOSITORY } from '../../support/markdown.js'
import { rounds } from '../../support/rounds.js'
import { ShopServer } from '../../support/servers/openai/shop-server.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** The day that docs/from-twenty-to-twenty-thousand.md tells, by the commands that it has. */
const PAGE = 'docs/from-twenty-to-twenty-thousand.md'
const ROWS = rounds(400, 20_000)
const CONCURRENCY = 50

const fences = fencesIn({ path: PAGE, text: await readFile(join(REPOSITORY, PAGE), 'utf8') })
const commands = fences
  .filter(({ language }) => language === 'sh')
  .map(({ text }) => text.trim().split('\n').map(argumentsOf))
const [firstTry, secondTry, all, morning] = commands as [Line[], Line[], Line[], Line[]]

type Line = readonly string[]

function argumentsOf(line: string): Line {
  const [npx, program, ...args] = line.split(' ')
  expect([npx, program]).toEqual(['npx', 'showrunner'])
  return args
}

const config = (baseUrl: string) => `providers:
  writer:
    module: builtin:ai
    model: compatible/writer
    config: { baseUrl: "${baseUrl}", maxOutputTokens: 1000 }
    priceUsd: { perMillionInputTokens: 0.25, perMillionOutputTokens: 2 }
`
const product = (id: number) => `${id},Lamp ${id},A lamp of the year ${1_900 + (id % 100)}`
const table = (lines: readonly string[]) => ['id,name,description', ...lines, ''].join('\n')
const countsOf = ({ stdout }: CliResult) =>
  /([\d,]+) made · ([\d,]+) already there/
    .exec(stdout)!
    .slice(1)
    .map(count => Number(count.replaceAll(',', '')))

test(`${ROWS} rows: tried, changed, killed in the night, exported in the morning`, {
  timeout: 900_000,
}, async () => {
  const service = await ShopServer.start()
  const folder = await temporaryFolder()
  const products = Array.from({ length: ROWS }, (_, at) => product(1_000 + at))
  const blueprint = fences.find(({ text }) => text.startsWith('# shop.yaml'))!.text
  await writeFile(join(folder, 'shop.yaml'), blueprint)
  await writeFile(join(folder, 'showrunner.config.yaml'), config(service.baseUrl))
  await writeFile(join(folder, 'products.csv'), table(products))
  const run = (line: Line) => cli([...line], folder)

  const tried = await run(firstTry[0]!)
  expect(tried.code, tried.stderr).toBe(0)
  expect(tried.stdout).toMatch(/^1019 +1019 +Lamp 1019 /m)
  expect(countsOf(tried)).toEqual([20, 0])
  expect(new Set(service.paid.map(({ name }) => name)).size).toBe(20)

  await writeFile(join(folder, 'shop.yaml'), blueprint.replace('A tagline', 'A funny tagline'))
  expect((await run(secondTry[0]!)).stdout).toContain('20 of 20 jobs to run')
  expect(countsOf(await run(secondTry[1]!))).toEqual([20, 0])

  expect((await run(all[0]!)).stdout).toContain(
    `${(ROWS - 20).toLocaleString('en')} of ${ROWS.toLocaleString('en')} jobs to run`,
  )
  const before = service.paid.length
  const killed = new CliProcess(all[1]!, folder)
  await Promise.race([service.answered(before + ROWS / 3), killed.ended])
  killed.child.kill('SIGKILL')
  await killed.ended
  const paidAtKill = service.paid.length
  const night = await run(all[1]!)
  expect(night.code, `${night.stdout}${night.stderr}`).toBe(0)
  const [made, there] = countsOf(night) as [number, number]
  expect(made + there).toBe(ROWS)
  expect(there).toBeGreaterThan(20)
  // What was in flight at the kill is paid twice, and nothing else.
  const good = service.paid.slice(before).filter(({ isGood }) => isGood)
  expect(good.length).toBeLessThanOrEqual(ROWS - 20 + CONCURRENCY)
  expect(service.paid.length - paidAtKill).toBeGreaterThanOrEqual(made)
  expect(service.refused).toBeGreaterThan(0)
  expect(service.paid.some(({ isAskedAgain }) => isAskedAgain)).toBe(true)

  for (const line of morning) expect((await run(line)).code).toBe(0)
  const rows: Record<string, string>[] = parse(await readFile(join(folder, 'shop.csv'), 'utf8'), {
    columns: true,
  })
  expect(rows).toHaveLength(ROWS)
  expect(rows.map(({ id }) => id)).toEqual(products.map(line => line.split(',')[0]))
  for (const row of rows) {
    expect(row).toMatchObject({ key: row.id, status: 'succeeded', errorCode: '' })
    expect(row['Copy.Tagline']).toMatch(new RegExp(`^${row.name}, \\d+ times better$`))
    expect(JSON.parse(row['Copy.Tags']!)).toEqual(['new', 'good', row.name])
  }

  const paid = service.paid.length
  await writeFile(join(folder, 'products.csv'), table([product(99), ...products.reverse()]))
  expect(countsOf(await run(morning[1]!))).toEqual([1, ROWS])
  expect(service.paid.slice(paid).map(({ name }) => name)).toEqual(['Lamp 99'])
})
