import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Table } from '../../../src/blueprint/inputs/table.js'
import { readInputs } from '../../../src/cli/input/read-inputs.js'
import { InputError } from '../../../src/plan/inputs/input-error.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'showrunner-inputs-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

/** Tables as the lists of rows that they stand for. */
const read = async (...assignments: string[]) =>
  Object.fromEntries(
    Object.entries(await readInputs({ assignments })).map(([name, value]) => [
      name,
      value instanceof Table ? value.toList() : value,
    ]),
  )

async function mistakesIn(promise: Promise<unknown>): Promise<InputError['mistakes']> {
  try {
    await promise
  } catch (error) {
    if (error instanceof InputError) return error.mistakes
    throw error
  }
  return []
}

describe('assignments', () => {
  it('give text, which may hold =, start with @ or be empty', async () => {
    expect(await read('a=1', 'b=x=y', 'c=@@handle', 'd=', 'e= f ')).toEqual({
      a: '1',
      b: 'x=y',
      c: '@handle',
      d: '',
      e: ' f ',
    })
  })

  it('lie over the file, and later ones over earlier ones', async () => {
    const inputsFile = await file('inputs.yaml', 'a: 1\nb: { c: [2] }\n')
    expect(await readInputs({ assignments: ['a=x', 'a=y'], inputsFile })).toEqual({ a: 'y', b: { c: [2] } })
  })

  it.each(['a', '=b', ''])('refuse %j', async assignment => {
    expect(await mistakesIn(read(assignment))).toHaveLength(1)
  })

  it('are all read before what is wrong is reported', async () => {
    const bad = await file('bad.json', '{"a":')
    const mistakes = await mistakesIn(
      readInputs({ assignments: ['x', `b=@${bad}`, 'c=@missing.csv'], inputsFile: 'missing.yaml' }),
    )
    expect(mistakes).toMatchObject([
      { file: 'missing.yaml' },
      { path: '-i x' },
      { file: bad },
      { file: 'missing.csv' },
    ])
  })
})

describe('files', () => {
  it('are read as their names say', async () => {
    const [json, yaml, text, other, upper] = await Promise.all([
      file('a.json', '\ufeff[{"a": 1}]'),
      file('a.yaml', '- a: 1\n'),
      file('a.txt', '\ufeff6\n'),
      file('a.md', '# Title\n'),
      file('A.JSON', '{}'),
    ])
    expect(await read(`a=@${json}`, `b=@${yaml}`, `c=@${text}`, `d=@${other}`, `e=@${upper}`)).toEqual({
      a: [{ a: 1 }],
      b: [{ a: 1 }],
      c: '6\n',
      d: '# Title\n',
      e: {},
    })
  })

  it('must be UTF-8', async () => {
    for (const name of ['a.txt', 'a.csv', 'a.jsonl', 'a.json', 'a.yaml']) {
      const path = await file(name, Buffer.from('"caf\xe9"\n"x"', 'latin1'))
      expect(await mistakesIn(read(`a=@${path}`))).toMatchObject([
        { file: path, message: expect.stringContaining('not UTF-8') },
      ])
    }
  })

  it('may not be endless', async () => {
    const [mistake] = await mistakesIn(read('a=@/dev/zero'))
    expect(mistake!.message).toMatch(/more than 67108864 bytes/)
  })

  it('may not be folders', async () => {
    await mkdir(join(folder, 'sub'), { recursive: true })
    expect(await mistakesIn(read(`a=@${folder}/sub`))).toHaveLength(1)
  })

  it('of inputs are mappings in YAML or JSON', async () => {
    const list = await file('list.yaml', '- 1\n')
    const forbidden = await file('forbidden.json', '{"__proto__": 1}')
    const csv = await file('inputs.csv', 'a\n1\n')
    for (const inputsFile of [list, csv])
      expect(await mistakesIn(readInputs({ assignments: [], inputsFile }))).toHaveLength(1)
    // Each name is a key, so that the check against the blueprint sees it.
    const odd = await readInputs({ assignments: ['__proto__=2', 'constructor=3'], inputsFile: forbidden })
    expect(Object.entries(odd)).toEqual([
      ['__proto__', '2'],
      ['constructor', '3'],
    ])
    const empty = await file('empty.yaml', '# nothing\n')
    expect(await readInputs({ assignments: [], inputsFile: empty })).toEqual({})
  })

  it('in YAML are bounded, and their mistakes have places', async () => {
    const bomb = await file('bomb.yaml', `a: &a [x]\nb: [${'*a, '.repeat(101)}]\n`)
    const broken = await file('broken.yaml', 'a: 1\na: 2\n__proto__: 3\nb: [\n')
    const twice = await file('twice.yaml', 'a: 1\na: 2\n__proto__: 3\n')
    expect(await mistakesIn(read(`a=@${bomb}`))).toMatchObject([{ file: bomb, line: 2 }])
    expect(await mistakesIn(read(`a=@${broken}`))).toMatchObject([{ file: broken }])
    expect(await mistakesIn(read(`a=@${twice}`))).toMatchObject([{ line: 2 }, { line: 3 }])
  })
})

describe('CSV', () => {
  const csv = async (content: string | Uint8Array, name = 'rows.csv') => {
    const path = await file(name, content)
    return (await read(`rows=@${path}`)).rows
  }

  it('gives rows of text', async () => {
    expect(await csv('id,prompt\n007,true\n')).toEqual([{ id: '007', prompt: 'true' }])
  })

  it('takes quotes, line ends and commas in cells, a byte order mark, CRLF and empty lines', async () => {
    const rows = await csv('\ufeffid, prompt \r\n1,"a ""b"",\r\nc"\r\n\r\n2,\r\n')
    expect(rows).toEqual([
      { id: '1', prompt: 'a "b",\r\nc' },
      { id: '2', prompt: '' },
    ])
  })

  it('takes UTF-16 from a spreadsheet, and tabs in a .tsv', async () => {
    expect(await csv(Buffer.from('\ufeffa,b\n1,ü\n', 'utf16le'))).toEqual([{ a: '1', b: 'ü' }])
    expect(await csv('a\tb\n1\t2,3\n', 'rows.tsv')).toEqual([{ a: '1', b: '2,3' }])
  })

  it('may have no rows', async () => {
    expect(await csv('a,b\n')).toEqual([])
  })

  it.each([
    ['a row with too few cells', 'a,b\n1,2\n"x\ny",2\n3\n', 5],
    ['a row with too many cells', 'a,b\n1,2,3\n', 2],
    ['a quote that is not closed', 'a,b\n1,2\n"3\n', 3],
    ['a quote inside a cell', 'a,b\n1"2,3\n', 2],
    ['an empty file', '', 1],
    ['a column without name', 'a,,c\n1,2,3\n', 1],
    ['two columns with one name', 'a,b,a\n1,2,3\n', 1],
    ['a column named __proto__', 'a,__proto__\n1,2\n', 1],
  ])('refuses %s', async (_, content, line) => {
    const path = await file('bad.csv', content)
    expect(await mistakesIn(read(`rows=@${path}`))).toMatchObject([{ file: path, line }])
  })

  it('streams: many rows come through in order', async () => {
    const count = 50_000
    const lines = Array.from({ length: count }, (_, at) => `${at},"text, ${at}"`)
    const rows = (await csv(`id,text\n${lines.join('\n')}\n`)) as { id: string; text: string }[]
    expect(rows).toHaveLength(count)
    expect(rows.every(({ id, text }, at) => id === String(at) && text === `text, ${at}`)).toBe(true)
  })
})

describe('JSONL', () => {
  it('gives one value a line, whatever stands in its strings', async () => {
    const path = await file('rows.jsonl', '\ufeff{"a":1}\r\n\n{"a":"\u2028\u2029ü"}\n[2]')
    expect(await read(`rows=@${path}`)).toEqual({ rows: [{ a: 1 }, { a: '\u2028\u2029ü' }, [2]] })
  })

  it('reports every line that is not JSON', async () => {
    const path = await file('bad.jsonl', '{"a":1}\n{a:1}\n\n{"a":\n{"a":2}\n')
    expect(await mistakesIn(read(`rows=@${path}`))).toMatchObject([
      { file: path, line: 2 },
      { file: path, line: 4 },
    ])
  })

  it('keeps the digits of numbers that JavaScript cannot hold', async () => {
    const path = await file('ids.jsonl', '{"id": 1234567890123456789}\n{"id": 9007199254740993, "n": 7}\n')
    expect(await read(`rows=@${path}`)).toEqual({
      rows: [{ id: '1234567890123456789' }, { id: '9007199254740993', n: 7 }],
    })
  })

  it('has lines that end in CR alone, too', async () => {
    const path = await file('cr.jsonl', '{"a":1}\r{"a":2}\r\n\r{"a":3}')
    expect(await read(`rows=@${path}`)).toEqual({ rows: [{ a: 1 }, { a: 2 }, { a: 3 }] })
  })

  it('says the line and place of what is no row of data', async () => {
    const path = await file('names.jsonl', '{"a":1}\n{"b":{"__proto__":1}}\n')
    expect(await mistakesIn(read(`rows=@${path}`))).toMatchObject([
      { line: 2, message: expect.stringContaining('b.__proto__') },
    ])
  })

  it('puts lines together that span chunks of the file', async () => {
    const long = { a: 'ü'.repeat(200_000) }
    const path = await file('long.ndjson', `${JSON.stringify(long)}\n${JSON.stringify({ b: 1 })}\n`)
    expect(await read(`rows=@${path}`)).toEqual({ rows: [long, { b: 1 }] })
  })
})
