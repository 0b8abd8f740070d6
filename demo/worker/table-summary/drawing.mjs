import { crc32, deflateSync } from 'node:zlib'

const size = { width: 760, height: 300, left: 56, right: 56, top: 40, bottom: 36 }
const colours = ['#1f5f8b', '#c0562f']
const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
export const escapeXml = (text) =>
  String(text).replace(/[&<>"]/g, (character) => escapes[character])
const short = (value) => String(Number(value.toPrecision(4)))

/** One or two series over the same labels, each with an axis of its own. A series: `{ name, values }`, null = gap. */
export function timeSvg(title, labels, series) {
  const { width, height, left, right, top, bottom } = size
  const drawn = series.map((one, index) => oneSeries(one, index, labels.length))
  const text = (x, y, anchor, fill, value) =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${fill}">${escapeXml(value)}</text>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    text(width / 2, 18, 'middle', '#222', title),
    `<path d="M${left} ${top}V${height - bottom}H${width - right}V${top}" fill="none" stroke="#bbb"/>`,
    text(left, height - 14, 'start', '#222', labels[0]),
    text(width - right, height - 14, 'end', '#222', labels.at(-1)),
    ...drawn.flatMap(({ path, low, high, colour, name }, index) => {
      const x = index === 0 ? left - 4 : width - right + 4
      const anchor = index === 0 ? 'end' : 'start'
      return [
        `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.6"/>`,
        text(x, top + 4, anchor, colour, short(high)),
        text(x, height - bottom, anchor, colour, short(low)),
        text(left + 8 + index * 300, top - 6, 'start', colour, name),
      ]
    }),
    '</svg>\n',
  ].join('\n')
}

function oneSeries({ name, values }, index, count) {
  const { width, height, left, right, top, bottom } = size
  const known = values.filter((value) => value !== null)
  const low = Math.min(...known)
  const high = Math.max(...known)
  const stepX = (width - left - right) / Math.max(1, count - 1)
  const y = (value) =>
    height - bottom - ((value - low) / (high - low || 1)) * (height - top - bottom)
  let pen = 'M'
  const path = values.map((value, place) => {
    if (value === null) {
      pen = 'M'
      return ''
    }
    const point = `${pen}${(left + place * stepX).toFixed(1)} ${y(value).toFixed(1)}`
    pen = 'L'
    return point
  })
  return { name, low, high, colour: colours[index % colours.length], path: path.join('') }
}

/** A calendar of monthly values as PNG: a row a year, a column a month, from blue (least) to red (greatest). */
export function calendarPng(months, values, cell = 28) {
  const years = [...new Set(months.map((month) => month.slice(0, 4)))]
  const known = values.filter((value) => value !== null)
  const low = Math.min(...known)
  const span = Math.max(...known) - low || 1
  const byMonth = new Map(months.map((month, index) => [month, values[index]]))
  const width = 12 * cell
  const height = years.length * cell
  const rows = Buffer.alloc(height * (1 + width * 3), 255)
  for (let y = 0; y < height; y++) {
    const start = y * (1 + width * 3)
    rows[start] = 0
    for (let x = 0; x < width; x++) {
      if (x % cell === 0 || y % cell === 0) continue
      const month = `${years[Math.floor(y / cell)]}-${String(Math.floor(x / cell) + 1).padStart(2, '0')}`
      const value = byMonth.get(month) ?? null
      rows.set(value === null ? [235, 235, 235] : colour((value - low) / span), start + 1 + x * 3)
    }
  }
  return png(width, height, rows)
}

const colour = (share) => [Math.round(40 + 200 * share), 90, Math.round(220 - 180 * share)]

function png(width, height, rows) {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type, data) {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, sum])
}
