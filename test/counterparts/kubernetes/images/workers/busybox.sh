#!/bin/sh
# Sleeps for SECONDS_TO_RUN (5) and prints a line a second; then moves the file SOURCE to DESTINATION below OUTPUT (out).
trap 'echo stopped; exit 143' TERM

if [ -z "$DESTINATION" ]; then
  echo 'DESTINATION is not set' >&2
  exit 1
fi

second=0
while [ "$second" -lt "${SECONDS_TO_RUN:-5}" ]; do
  second=$((second + 1))
  echo "second $second"
  # A shell sees a signal only between commands, or while it waits.
  sleep 1 &
  wait $!
done

target=${OUTPUT:-out}/$DESTINATION
mkdir -p "$(dirname "$target")"
# A file that is mounted alone can be copied, but not taken away.
mv "$SOURCE" "$target" 2>/dev/null || [ -e "$target" ] || exit 2
echo "moved $SOURCE to $target"
