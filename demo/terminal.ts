import { clearLine, cursorTo } from 'node:readline'
import type { WriteStream } from 'node:tty'

type Style = 'bold' | 'dim' | 'green' | 'red'
const codes: Record<Style, string> = { bold: '1', dim: '2', green: '32', red: '31' }
const barWidth = 24
/** Without a terminal, a line at each such part of the way, but for the last. */
const plainSteps = 2

export interface Bar {
  update(done: number, total?: number): void
  /** Leaves the bar as it is and goes on below it. */
  end(): void
}

/** Writes for people: with colours and moving bars on a terminal, else in plain lines. */
export class Terminal {
  readonly #stream: WriteStream
  readonly #isRich: boolean
  #barText: string | null = null

  constructor(stream: WriteStream, environment: NodeJS.ProcessEnv) {
    this.#stream = stream
    this.#isRich = stream.isTTY && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb'
  }

  heading(label: string, title: string): void {
    this.#line('')
    this.#line(this.style('bold', `== ${label}: ${title}`))
  }

  say(text = ''): void {
    this.#line(text === '' ? '' : `   ${text}`)
  }

  proven(text: string): void {
    this.#line(` ${this.style('green', '✓')} ${text}`)
  }

  failed(text: string): void {
    this.#line(` ${this.style('red', '✗')} ${text}`)
  }

  /** Something that went over the wire, or that another program wrote. */
  quote(text: string): void {
    for (const line of text.split('\n')) this.#line(this.style('dim', `     ${line}`))
  }

  table(rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    )
    for (const row of rows) {
      this.quote(
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      )
    }
  }

  bar(label: string, unit = 'bytes'): Bar {
    let shown = 0
    return {
      update: (done, total) => {
        const share = total === undefined || total === 0 ? 0 : Math.min(1, done / total)
        const amount = `${group(done)} of ${total === undefined ? '?' : group(total)} ${unit}`
        const step = Math.floor(share * plainSteps)
        if (this.#isRich) this.#draw(`${label}  ${drawn(share)}  ${amount}`)
        else if (step > shown && step < plainSteps)
          this.say(`${label.trim().replaceAll(/ +/g, ' ')}: ${amount}`)
        shown = Math.max(shown, step)
      },
      end: () => {
        if (this.#barText !== null) this.#stream.write('\n')
        this.#barText = null
      },
    }
  }

  style(style: Style, text: string): string {
    return this.#isRich ? `\u001b[${codes[style]}m${text}\u001b[0m` : text
  }

  #draw(text: string): void {
    this.#clearBar()
    this.#barText = text
    this.#stream.write(`   ${text}`)
  }

  /** A line above the bar that is being drawn, if there is one. */
  #line(text: string): void {
    this.#clearBar()
    this.#stream.write(`${text}\n`)
    if (this.#barText !== null) this.#stream.write(`   ${this.#barText}`)
  }

  #clearBar(): void {
    if (this.#barText === null) return
    cursorTo(this.#stream, 0)
    clearLine(this.#stream, 0)
  }
}

const drawn = (share: number) => {
  const full = Math.round(share * barWidth)
  return `[${'█'.repeat(full)}${'·'.repeat(barWidth - full)}]`
}

/** 48219 → 48,219 */
export const group = (count: number) => count.toLocaleString('en')

/** So much of a secret that it can be told from another one. */
export const shorten = (secret: string, length = 10) =>
  secret.length > length ? `${secret.slice(0, length)}…` : secret

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** jobs/job-01kcabcdefgh… → jobs/job-01kcabcd… */
export const shortId = (path: string) => path.replace(/(-[a-z0-9]{10})[a-z0-9]{4,}/, '$1…')
