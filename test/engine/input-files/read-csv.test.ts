import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Table } from '../../../src/blueprint/inputs/table.js'
import { readCsv } from '../../../src/engine/input-files/read-csv.js'
import { InputError } from '../../../src/plan/inputs/input-error.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'showrunner-csv-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let files = 0
async function table(content: string | Uint8Array, usual: ',' | '\t' = ','): Promise<Table> {
  const path = join(folder, `${++files}.csv`)
  await writeFile(path, content)
  return await readCsv(path, usual)
}

const rows = async (content: string | Uint8Array, usual: ',' | '\t' = ',') =>
  (await table(content, usual)).toList()

/** The lines of a file's mistakes, and its messages. */
async function mistakes(content: string | Uint8Array, usual: ',' | '\t' = ',') {
  try {
    await table(content, usual)
  } catch (error) {
    if (error instanceof InputError) return error.mistakes
    throw error
  }
  return []
}
const badLines = async (content: string | Uint8Array, usual: ',' | '\t' = ',') =>
  (await mistakes(content, usual)).map(({ line }) => line)

const TWO = [
  { name: 'Ana', town: 'Lima' },
  { name: 'Bo', town: 'Oslo' },
]

describe('line ends', () => {
  it.each([
    ['an LF header over CRLF rows', 'name,town\nAna,Lima\r\nBo,Oslo\r\n'],
    ['a CRLF header over LF rows', 'name,town\r\nAna,Lima\nBo,Oslo\n'],
    ['CR alone', 'name,town\rAna,Lima\rBo,Oslo\r'],
    ['a CR header over LF rows', 'name,town\rAna,Lima\nBo,Oslo'],
    ['CR CR LF, which a doubled conversion leaves', 'name,town\r\r\nAna,Lima\r\r\nBo,Oslo\r\r\n'],
    ['all kinds, and none at the end', '\n\r\nname,town\rAna,Lima\r\n\n\rBo,Oslo'],
  ])('may be %s', async (_, content) => {
    expect(await rows(content)).toEqual(TWO)
  })

  it('inside quotes stay as they are', async () => {
    expect(await rows('a,b\n"1\r\n2","3\n4"\r\n"5\r6",7\n')).toEqual([
      { a: '1\r\n2', b: '3\n4' },
      { a: '5\r6', b: '7' },
    ])
  })

  it('cut in two by the end of a piece of the file are one', async () => {
    // The header and the long cell put the CR at the last byte of the first piece that is read.
    const long = 'x'.repeat(512 * 1024 - 'a,b\r\n1,\r'.length)
    expect(await rows(`a,b\r\n1,${long}\r\n2,3\r\n`)).toEqual([
      { a: '1', b: long },
      { a: '2', b: '3' },
    ])
  })
})

describe('delimiters', () => {
  it.each([
    ['semicolons', 'a;b\n1;2\n', ';', [{ a: '1', b: '2' }]],
    ['tabs', 'a\tb\n1\t2\n', '\t', [{ a: '1', b: '2' }]],
    ['bars', 'a|b\n1|2\n', '|', [{ a: '1', b: '2' }]],
    ['what Excel says in a line of its own', 'sep=;\r\na;b\r\n1,5;2\r\n', ';', [{ a: '1,5', b: '2' }]],
    ['what it says, whatever that is', 'sep=^\na^b\n1^2\n', '^', [{ a: '1', b: '2' }]],
    [
      'semicolons beside commas in German text',
      'id;text\n1;Hallo, Welt\n2;Eins, zwei, drei\n',
      ';',
      [
        { id: '1', text: 'Hallo, Welt' },
        { id: '2', text: 'Eins, zwei, drei' },
      ],
    ],
    ['semicolons beside decimal commas', 'x;y\n1,5;2,5\n', ';', [{ x: '1,5', y: '2,5' }]],
    [
      'semicolons beside one comma in each row',
      'titel, kurz;text\na;b, c\n',
      ';',
      [{ 'titel, kurz': 'a', text: 'b, c' }],
    ],
    ['commas beside semicolons in quotes', 'a,b\n"1;2;3",4\n', ',', [{ a: '1;2;3', b: '4' }]],
    ['commas beside semicolons', 'a,b\n1;2,x\n', ',', [{ a: '1;2', b: 'x' }]],
    [
      'none: one column',
      'prompt\nA fox\n"Red, green"\n',
      ',',
      [{ prompt: 'A fox' }, { prompt: 'Red, green' }],
    ],
  ])('are found: %s', async (_, content, delimiter, expected) => {
    const found = await table(content)
    expect(found.toList()).toEqual(expected)
    expect(found.source).toMatchObject({ delimiter })
  })

  it('are found by many rows, also where text with line ends is in quotes', async () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => `${at};"Text, mit; Komma,\n und Zeile ${at}"`)
    const found = await table(`id;text\n${lines.join('\n')}\n`)
    expect(found.length).toBe(5_000)
    expect(found.at(4_999)).toEqual({ id: '4999', text: 'Text, mit; Komma,\n und Zeile 4999' })
  })

  it('at the ends of lines make no columns', async () => {
    expect(await rows('name,town,\nAna,Lima,\nBo,Oslo,\n')).toEqual(TWO)
    expect(await rows('name,town\nAna,Lima,,\nBo,Oslo\n')).toEqual(TWO)
    expect(await badLines('name,town,\nAna,Lima,x\n')).toEqual([2])
  })

  it('alone at the end of the file make no rows, as a spreadsheet leaves them', async () => {
    expect(await rows('name;town\nAna;Lima\nBo;Oslo\n;\n;\n')).toEqual(TWO)
    expect(await rows('a;b\n1;2\n;\n3;4\n')).toEqual([
      { a: '1', b: '2' },
      { a: '', b: '' },
      { a: '3', b: '4' },
    ])
  })
})

describe('tables with tabs', () => {
  it('have quotes in their texts, which are characters like any other', async () => {
    expect(await rows('id\tnote\n1\t5\'9" tall\n2\t"Giliap\n3\tsaid "hi"\n4\tRome"\n', '\t')).toEqual([
      { id: '1', note: '5\'9" tall' },
      { id: '2', note: '"Giliap' },
      { id: '3', note: 'said "hi"' },
      { id: '4', note: 'Rome"' },
    ])
  })

  it('may have quotes around a whole cell, as a spreadsheet writes them', async () => {
    expect(await rows('id\t"note"\n1\t"a ""b"", c"\n2\t""\n3\t"\n4\t"x" y "z"\n', '\t')).toEqual([
      { id: '1', note: 'a "b", c' },
      { id: '2', note: '' },
      { id: '3', note: '"' },
      { id: '4', note: '"x" y "z"' },
    ])
  })

  it('may have large cells in quotes', async () => {
    const text = 'a ""b"" '.repeat(1_000_000)
    expect(await rows(`id\tnote\n1\t"${text}"\n`, '\t')).toEqual([
      { id: '1', note: text.replaceAll('""', '"') },
    ])
  })

  it('are refused where a cell would hold a line end', async () => {
    expect(await badLines('id\tnote\n1\t"a\nb"\n2\tc\n', '\t')).toEqual([3])
  })
})

describe('what is no table', () => {
  it.each([
    ['rows with too few and too many cells', 'a,b\n1,2\n"x\ny",2\n3\n\n4,5,6\n', [5, 7]],
    ['a row behind quoted CRLF', 'a,b\n"x\r\n\r\ny",2\r\n3\r\n', [5]],
    ['a row behind a line of Excel', 'sep=;\na;b\n1;2\n3\n', [4]],
    ['a quote that is not closed', 'a,b\n1,2\n\n"3\n4,5\n', [4]],
    ['a quote inside a cell', 'a,b\n1,2\n1"2,3\n', [3]],
    ['text behind a quote', 'a,b\n1,2\n"1"2,3\n', [3]],
    ['an empty file', '', [1]],
    ['a file of empty lines', '\n\r\n\n', [1]],
    ['columns without name', 'a,,c,\n1,2,3,\n', [1]],
    ['columns with one name', 'a,b,a,b\n1,2,3,4\n', [1, 1]],
    ['a column named __proto__', 'a,__proto__\n1,2\n', [1]],
    ['a NUL in a cell', 'a,b\n1,2\r\n3,\0\n', [3]],
    ['UTF-16 without its mark', Buffer.from('a,b\n1,2\n', 'utf16le'), [1]],
    ['a cell that is no UTF-8', Buffer.from('a,b\n1,2\n3,\xe9\n', 'latin1'), [3]],
  ])('is refused with its line: %s', async (_, content, lines) => {
    expect(await badLines(content)).toEqual(lines)
  })

  it('says the column that a quote stands in', async () => {
    const [mistake] = await mistakes('id,size\n1,5"9\n')
    expect(mistake!.message).toContain('"size"')
  })

  it('lists some rows and counts the others', async () => {
    const error = await table(`a,b\n${'1\n'.repeat(1_000)}`).catch((thrown: unknown) => thrown)
    expect((error as InputError).mistakes).toHaveLength(100)
  })
})

describe('tables', () => {
  it('may have no rows', async () => {
    const found = await table('a,b\n')
    expect([found.length, found.columns]).toEqual([0, ['a', 'b']])
  })

  it('may begin with a byte order mark, in UTF-16 too', async () => {
    expect(await rows('\ufeff"name",town\nAna,Lima\nBo,Oslo\n')).toEqual(TWO)
    for (const bytes of [
      Buffer.from('\ufeffname\ttown\r\nAna\tLima\r\nBo\tOslo\r\n', 'utf16le'),
      Buffer.from('\ufeffname,town\nAna,Lima\nBo,Oslo\n', 'utf16le').swap16(),
    ])
      expect(await rows(bytes)).toEqual(TWO)
  })

  it('may have very many columns', async () => {
    const count = 50_000
    const names = Array.from({ length: count }, (_, at) => `c${at}`)
    const found = await table(`${names.join()}\n${names.join()}\n`)
    expect(found.columns).toHaveLength(count)
    expect(found.part(0, ['c49999'])).toBe('c49999')
  })

  it('may have large cells', async () => {
    const text = 'Grüße, "Welt"\n'.repeat(200_000)
    expect(await rows(`a,b\n"${text.replaceAll('"', '""')}",x\n`)).toEqual([{ a: text, b: 'x' }])
  })

  it('know the line at which each row begins', async () => {
    const found = await table('\na,b\n1,"x\r\ny"\r\n\r\n2,z\n"3\r",w\n4,v\n')
    expect([0, 1, 2, 3].map(row => found.lineOf(row))).toEqual([3, 6, 7, 9])
  })
})
