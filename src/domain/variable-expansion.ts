/**
 * Replaces `$(NAME)` as Kubernetes does in `command`, `args` and `env`: a name that `variables` does not have
 * stays as it is, `$$` stands for `$`, so `$$(NAME)` gives the text `$(NAME)`. What was put in is not expanded again.
 */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$'
    return variables.get(name) ?? whole
  })
}
