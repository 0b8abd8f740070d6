import { bounds } from '../../domain/bounds.ts'

/** Requests to one far side take only a part of the slots, and those to one that is slow or silent only a few. */
export interface Lanes {
  /**
   * A place in the lane until it is disposed of, or, when the lane is full, the time of the next turn. The slower the
   * lane, the farther apart its turns.
   */
  enter(name: string, now: () => Date): Place | Turn
}

export interface Place extends Disposable {
  readonly kind: 'place'
}

export interface Turn extends Disposable {
  readonly kind: 'turn'
  readonly at: Date
}

interface Lane {
  readonly begun: Set<{ readonly at: number }>
  lastMs: number
  nextTurn: number
}

/** Lanes of this process; they need no memory of what is over. */
export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>()
  return {
    enter: (name, now) => {
      const at = now().getTime()
      const lane = lanes.get(name) ?? { begun: new Set(), lastMs: 0, nextTurn: 0 }
      lanes.set(name, lane)
      const { laneRequests, slowLaneRequests, slowLaneMs } = bounds.telling
      const places = lane.lastMs > slowLaneMs ? slowLaneRequests : laneRequests
      if (lane.begun.size >= places) {
        const slowness = Math.max(lane.lastMs, ...[...lane.begun].map((one) => at - one.at))
        return nextTurn(lane, slowness / places, at)
      }
      const entry = { at }
      lane.begun.add(entry)
      return {
        kind: 'place',
        [Symbol.dispose]: () => {
          lane.begun.delete(entry)
          lane.lastMs = now().getTime() - at
          if (lane.begun.size === 0 && lane.lastMs <= slowLaneMs) lanes.delete(name)
        },
      }
    },
  }
}

function nextTurn(lane: Lane, spacingMs: number, now: number): Turn {
  const { leastTurnMs, mostTurnMs, turnsAheadMs } = bounds.telling
  const spacing = Math.min(mostTurnMs, Math.max(leastTurnMs, spacingMs))
  lane.nextTurn = Math.min(Math.max(lane.nextTurn, now) + spacing, now + turnsAheadMs)
  const at = new Date(Math.ceil(lane.nextTurn))
  return { kind: 'turn', at, [Symbol.dispose]: () => undefined }
}
