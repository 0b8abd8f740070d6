import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calendarPng, escapeXml, timeSvg } from './drawing.mjs'

const digits = (value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : '')
const fileName = (text) => text.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase()

/** Writes the report beside its place and renames it: a report that is there is whole. */
export async function writeReport(directory, { title, daily, monthly, months, correlations }) {
  const place = join(directory, 'report')
  const work = join(directory, '.report-in-work')
  await rm(work, { recursive: true, force: true })
  await mkdir(join(work, 'plots'), { recursive: true })
  const pictures = []
  const picture = async (name, content) => {
    pictures.push(`plots/${name}`)
    await writeFile(join(work, 'plots', name), content)
  }
  const [against] = monthly.columns
  for (const column of daily.columns) {
    const series = [
      {
        name: `${column} (mean of days)`,
        values: months.map((month) => daily.months.mean(month, column)),
      },
      { name: against, values: months.map((month) => monthly.months.mean(month, against)) },
    ]
    await picture(`${fileName(column)}.svg`, timeSvg(`${column} and ${against}`, months, series))
  }
  const [calendar] = correlations.length > 0 ? [correlations[0].daily] : daily.columns
  const values = months.map((month) => daily.months.mean(month, calendar))
  await picture('calendar.png', calendarPng(months, values))
  const summary = {
    title,
    months: { from: months[0], to: months.at(-1), count: months.length },
    tables: [daily, monthly].map(({ label, rows, summary: columns }) => ({ label, rows, columns })),
    correlations,
    calendar,
  }
  await writeFile(join(work, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`)
  await writeFile(join(work, 'monthly.csv'), monthlyCsv(daily, monthly, months))
  await writeFile(join(work, 'index.html'), page(summary, pictures))
  await rm(place, { recursive: true, force: true })
  await rename(work, place)
  return pictures.length
}

function monthlyCsv(daily, monthly, months) {
  const quote = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  const header = ['month', ...daily.columns, ...monthly.columns]
  const rows = months.map((month) => [
    month,
    ...daily.columns.map((column) => String(digits(daily.months.mean(month, column)))),
    ...monthly.columns.map((column) => String(digits(monthly.months.mean(month, column)))),
  ])
  return [header, ...rows].map((row) => row.map(quote).join(',')).join('\n') + '\n'
}

function page({ title, months, tables, correlations }, pictures) {
  const row = (cells, tag = 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`
  const columns = tables.flatMap(({ label, columns: found }) =>
    Object.entries(found).map(([name, of]) =>
      row([
        label,
        name,
        of.count,
        of.missing,
        digits(of.mean),
        digits(of.deviation),
        digits(of.min),
        digits(of.max),
      ]),
    ),
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escapeXml(title)}</title>
<style>
body { font-family: sans-serif; max-width: 64rem; margin: 2rem auto; color: #222 }
td, th { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #ddd }
img { max-width: 100% }
</style>
<h1>${escapeXml(title)}</h1>
<p>${months.count} months that both tables have, ${months.from} to ${months.to}.</p>
<table>
${row(['table', 'column', 'values', 'missing', 'mean', 'deviation', 'min', 'max'], 'th')}
${columns.join('\n')}
</table>
<h2>How the columns go together, month by month</h2>
<table>
${row(['daily column', 'monthly column', 'months', 'correlation'], 'th')}
${correlations.map((of) => row([of.daily, of.monthly, of.months, digits(of.coefficient)])).join('\n')}
</table>
${pictures.map((file) => `<p><img src="${file}" alt="${file}"></p>`).join('\n')}
</html>
`
}
