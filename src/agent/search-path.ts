const usual = ['/usr/local/bin', '/usr/bin', '/bin']

/** Where programs are looked for: the `PATH` of this process, then the usual places, as an image has them. */
export function searchPath(): string {
  const own = (process.env['PATH'] ?? '').split(':').filter((entry) => entry !== '')
  return [...own, ...usual.filter((entry) => !own.includes(entry))].join(':')
}
