/** Tells waiting readers of this process that a workspace has new events. A hint: readers look again by themselves too. */
export interface ChangeNotifier {
  changed(workspaceId: string): void
  /** Resolves when the workspace changed, after `timeoutMs`, or when the signal ends: whatever comes first. */
  wait(workspaceId: string, timeoutMs: number, signal: AbortSignal): Promise<void>
}

export function createChangeNotifier(): ChangeNotifier {
  const waiting = new Map<string, Set<() => void>>()
  return {
    changed: (workspaceId) => {
      for (const resolve of waiting.get(workspaceId) ?? []) resolve()
    },
    wait: (workspaceId, timeoutMs, signal) =>
      new Promise((resolve) => {
        const waiters = waiting.get(workspaceId) ?? new Set()
        waiting.set(workspaceId, waiters)
        const finish = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', finish)
          waiters.delete(finish)
          if (waiters.size === 0 && waiting.get(workspaceId) === waiters)
            waiting.delete(workspaceId)
          resolve()
        }
        const timer = setTimeout(finish, timeoutMs)
        waiters.add(finish)
        if (signal.aborted) finish()
        else signal.addEventListener('abort', finish)
      }),
  }
}
