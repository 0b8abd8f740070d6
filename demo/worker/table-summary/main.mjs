// Joins a table of days with a table of months and writes statistics and plots of both. README.md has the contract.
import { stat } from 'node:fs/promises'
import { BadTable, records } from './csv.mjs'
import { writeReport } from './report.mjs'
import { correlation, Months, Tally } from './statistics.mjs'

const {
  DAILY = '/work/in/daily.csv',
  MONTHLY = '/work/in/monthly.csv',
  OUT_DIR = '/work/out',
  TITLE = 'Days and months',
} = process.env

const monthOf = /^(\d{4}-(?:0[1-9]|1[0-2]))(?:-\d{2})?(?:[T ].*)?$/

async function main() {
  const bytes =
    (await bytesOf(DAILY, 'The daily table')) + (await bytesOf(MONTHLY, 'The monthly table'))
  const progress = newProgress(bytes)
  const daily = await read(DAILY, 'The daily table', progress)
  const monthly = await read(MONTHLY, 'The monthly table', progress)
  const known = new Set(monthly.months.names)
  const months = daily.months.names.filter((month) => known.has(month))
  if (months.length === 0) throw new BadTable('The two tables have no month in common.')
  const pictures = await writeReport(OUT_DIR, {
    title: TITLE,
    daily,
    monthly,
    months,
    correlations: correlate(daily, monthly, months),
  })
  console.log('progress 100 %')
  console.log(
    `${daily.rows} days and ${monthly.rows} months read, ${months.length} months joined, ${pictures} plots drawn`,
  )
}

async function bytesOf(path, label) {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw new BadTable(`${label} is not there: ${path}.`)
  return found.size
}

/** Prints each tenth of the way once; the last one belongs to the report. */
function newProgress(total) {
  let before = 0
  let told = -1
  let last = 0
  return {
    read: (bytes) => {
      last = bytes
      const percent = Math.min(90, Math.floor(((before + bytes) / total) * 9) * 10)
      if (percent > told) console.log(`progress ${(told = percent)} %`)
    },
    nextFile: () => {
      before += last
      last = 0
    },
  }
}

/** One pass: which columns are numbers, their statistics, and their means by month. */
async function read(path, label, progress) {
  const months = new Months()
  const tallies = new Map()
  let dateColumn = null
  let rows = 0
  for await (const record of records(path, label, progress.read)) {
    rows++
    dateColumn ??= Object.keys(record).find((column) => monthOf.test(record[column]))
    if (dateColumn === undefined)
      throw new BadTable(`${label} has no column of dates (YYYY-MM or YYYY-MM-DD).`)
    const month = monthOf.exec(record[dateColumn])?.[1]
    if (month === undefined)
      throw new BadTable(
        `${label}, row ${rows}: ${record[dateColumn] || 'an empty field'} is no date.`,
      )
    for (const [column, text] of Object.entries(record)) {
      if (column === dateColumn) continue
      const value = text === '' ? null : Number(text)
      if (Number.isNaN(value)) tallies.set(column, null)
      if (tallies.get(column) === null) continue
      const tally = tallies.get(column) ?? new Tally()
      tallies.set(column, tally)
      tally.add(value)
      months.add(month, column, value)
    }
  }
  progress.nextFile()
  const numbers = [...tallies].filter(([, tally]) => tally !== null && tally.count > 0)
  if (numbers.length === 0) throw new BadTable(`${label} has no column of numbers.`)
  const summary = Object.fromEntries(numbers.map(([column, tally]) => [column, tally.summary()]))
  return { label: label.replace(/^The /, ''), rows, months, columns: Object.keys(summary), summary }
}

/** Every daily column with every monthly one, the closest pair first. */
function correlate(daily, monthly, months) {
  const found = daily.columns.flatMap((own) =>
    monthly.columns.map((other) => {
      const pairs = months
        .map((month) => [daily.months.mean(month, own), monthly.months.mean(month, other)])
        .filter((pair) => !pair.includes(null))
      return { daily: own, monthly: other, months: pairs.length, coefficient: correlation(pairs) }
    }),
  )
  return found.sort((a, b) => Math.abs(b.coefficient ?? 0) - Math.abs(a.coefficient ?? 0))
}

try {
  await main()
} catch (error) {
  if (!(error instanceof BadTable)) throw error
  console.error(error.message)
  process.exitCode = 2
}
