import type { Figure } from './figure.ts'

const titles = ['', 'figure', 'value', 'beside', 'aim', 'rounds']

/** All figures as aligned text. */
export function table(figures: readonly Figure[]): string {
  const rows = [titles, ...figures.map(cells)]
  const widths = titles.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]))))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  )
  const [head = '', ...body] = lines
  const rule = '─'.repeat(Math.max(...lines.map((line) => widthOf(line))))
  return `${[head, rule, ...body].join('\n')}\n`
}

// Nothing here is wider than one UTF-16 unit.
const widthOf = (cell: string | undefined) => (cell ?? '').length

function cells({ bench, figure, value, unit, baseline, aim, rounds }: Figure): string[] {
  const beside = baseline === undefined ? '' : `${baseline.name}: ${amount(baseline.value)}`
  const reached = aim === undefined ? '' : `${aim.text} ${aim.met ? '✓' : '✗'}`
  return [bench, figure, `${amount(value)} ${unit}`, beside, reached, `${rounds}`]
}

const amount = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 1 : 2)
