import { shellService } from '../../support/kubernetes-variables.ts'

/** Says `began`, waits for SIGUSR1 (`WAIT` is `yes`) or two seconds (`briefly`), and copies its input to its result. */
const script = `
echo began
trap 'go=1' USR1
trap 'echo stopped; exit 143' TERM
while [ -z "$go" ] && [ "$WAIT" = yes ]; do
  sleep 0.2 &
  wait $!
done
[ "$WAIT" = briefly ] && sleep 2
cat /work/in/text.txt > /work/out/result
echo ended`

export const waitingService = (id = 'waiting', limits: Readonly<Record<string, number>> = {}) =>
  shellService(id, script, {
    inputs: [{ name: 'text.txt', kind: 'file', mountPath: '/work/in', required: true }],
    parameters: { type: 'object', properties: { WAIT: { type: 'string' } } },
    limits,
  })
