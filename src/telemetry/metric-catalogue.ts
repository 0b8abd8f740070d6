/** What each metric says, by its name without the prefix `dsc_`. */
const helps: Readonly<Record<string, string>> = {
  http_requests_total: 'HTTP requests, by listener, operation and status.',
  http_request_seconds:
    'Time of HTTP requests from their first to their last byte, streams included.',
  passes_total: 'Passes of reconcilers, by kind and result.',
  pass_seconds: 'Time of passes, by kind.',
  delivery_attempts_total: 'Attempts to deliver, by kind and what the delivery came to.',
  jobs_ended_total: 'Jobs that ended, by state and failure code.',
  transferred_bytes_total: 'Bytes that came in, by way.',
  provision_seconds: 'Time from the first message of an agreement to its bucket.',
  swept_rows_total: 'Rows that housekeeping removed, by kind.',
}

export const helpOf = (name: string) => helps[name] ?? name.replaceAll('_', ' ')
