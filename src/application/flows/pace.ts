/** How often something may be begun for one name; of this process. */
export interface Pace {
  /** Null: it is begun now. Else when it may be. */
  begin(name: string, now: Date): Date | null
}

/** At most one beginning for each name in `everyMs`. Names are kept no longer than that. */
export function createPace(everyMs: number): Pace {
  const begun = new Map<string, number>()
  return {
    begin: (name, now) => {
      const at = now.getTime()
      for (const [other, since] of begun) {
        if (since > at - everyMs) break
        begun.delete(other)
      }
      const last = begun.get(name)
      if (last !== undefined && last <= at) return new Date(last + everyMs)
      begun.delete(name)
      begun.set(name, at)
      return null
    },
  }
}
