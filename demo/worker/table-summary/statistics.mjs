/** Count, mean, deviation, least and greatest of numbers that come one by one. */
export class Tally {
  count = 0
  missing = 0
  least = Infinity
  greatest = -Infinity
  #mean = 0
  #spread = 0

  add(value) {
    if (value === null) {
      this.missing++
      return
    }
    this.count++
    const before = value - this.#mean
    this.#mean += before / this.count
    this.#spread += before * (value - this.#mean)
    this.least = Math.min(this.least, value)
    this.greatest = Math.max(this.greatest, value)
  }

  get mean() {
    return this.count === 0 ? null : this.#mean
  }

  summary() {
    const { count, missing, mean } = this
    if (count === 0) return { count, missing }
    const deviation = count > 1 ? Math.sqrt(this.#spread / (count - 1)) : 0
    return { count, missing, mean, deviation, min: this.least, max: this.greatest }
  }
}

/** Pearson's coefficient of pairs; null where one side does not vary. */
export function correlation(pairs) {
  const n = pairs.length
  if (n < 3) return null
  const meanX = pairs.reduce((sum, [x]) => sum + x, 0) / n
  const meanY = pairs.reduce((sum, [, y]) => sum + y, 0) / n
  let xy = 0
  let xx = 0
  let yy = 0
  for (const [x, y] of pairs) {
    xy += (x - meanX) * (y - meanY)
    xx += (x - meanX) ** 2
    yy += (y - meanY) ** 2
  }
  return xx * yy === 0 ? null : xy / Math.sqrt(xx * yy)
}

/** `rows` of the same columns, by the month of their date: `YYYY-MM` → column → Tally. */
export class Months {
  #months = new Map()

  add(month, column, value) {
    const columns = this.#months.get(month) ?? new Map()
    this.#months.set(month, columns)
    const tally = columns.get(column) ?? new Tally()
    columns.set(column, tally)
    tally.add(value)
  }

  get names() {
    return [...this.#months.keys()].sort()
  }

  mean(month, column) {
    return this.#months.get(month)?.get(column)?.mean ?? null
  }
}
