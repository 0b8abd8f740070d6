import { createConfig, lint } from '@redocly/openapi-core'
import { documentNames, documentPath } from './api-documents.ts'

/** Redocly's recommended rules, all of them errors, and a few more of its own. */
const config = await createConfig({
  extends: ['recommended-strict'],
  rules: {
    'operation-description': 'error',
    'operation-4xx-problem-details-rfc7807': 'error',
    'no-invalid-parameter-examples': 'error',
    'no-invalid-schema-examples': 'error',
    'paths-kebab-case': 'error',
    'no-path-trailing-slash': 'error',
    'parameter-description': 'error',
    // `/v1/services/import` beside `/v1/services/{serviceId}`: the exact path wins, as the listener does it.
    'no-ambiguous-paths': 'off',
    // An API beside a connector is reached where its operator puts it.
    'no-server-example.com': 'off',
  },
})

let found = 0
for (const name of documentNames) {
  for (const problem of await lint({ ref: documentPath(name), config })) {
    const where = problem.location.map((location) => location.pointer ?? '').join(', ')
    process.stderr.write(
      `openapi/${name}.yaml ${where}: ${problem.message} (${problem.ruleId}, ${problem.severity})\n`,
    )
    found += 1
  }
}
if (found === 0) process.stdout.write(`${documentNames.join(', ')}: no problems\n`)
process.exitCode = found === 0 ? 0 : 1
