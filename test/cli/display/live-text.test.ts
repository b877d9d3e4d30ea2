import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { liveText } from '../../../src/cli/display/live-text.js'

const ESCAPE = '\u001b'
const PARTS = new RegExp(`${ESCAPE}\\[\\??\\d*[A-Za-z]|\\n|[^${ESCAPE}\\n]+`, 'g')

/** A terminal that folds its lines when it becomes narrower, as most do. */
class Screen extends Writable {
  columns: number
  readonly rows = 24
  lines = ['']
  #line = 0

  constructor(columns: number) {
    super({ decodeStrings: false })
    this.columns = columns
  }

  override _write(text: string, _: string, done: () => void): void {
    for (const [part] of text.matchAll(PARTS)) this.#take(part)
    done()
  }

  resize(columns: number): void {
    const fold = (line: string) => line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? ['']
    this.#line = this.lines.slice(0, this.#line).flatMap(fold).length
    this.lines = this.lines.flatMap(fold)
    this.columns = columns
  }

  #take(part: string): void {
    if (part === '\n') this.lines[++this.#line] ??= ''
    else if (part.endsWith('A')) this.#line = Math.max(0, this.#line - Number(part.slice(2, -1) || 1))
    else if (part.endsWith('B')) this.#line += Number(part.slice(2, -1) || 1)
    else if (part.endsWith('K')) this.lines[this.#line] = ''
    else if (!part.startsWith(ESCAPE)) this.lines[this.#line] = part
  }
}

const text = (made: number) => `a line of thirty-two characters ${made}\nshort ${made}`

test('a terminal that becomes narrower keeps nothing of the text before, and all that is above it', () => {
  const screen = new Screen(80)
  screen.write('printed before\n')
  const live = liveText(screen)
  live.show(text(1))
  screen.resize(20)
  live.show(text(2))
  expect(screen.lines.filter(Boolean)).toEqual([
    'printed before',
    'a line of thirty-two',
    ' characters 2',
    'short 2',
  ])
  screen.resize(80)
  live.show(text(3))
  screen.resize(10)
  live.clear()
  expect(screen.lines.filter(Boolean)).toEqual(['printed be', 'fore'])
})
