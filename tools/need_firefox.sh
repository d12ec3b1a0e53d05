#!/usr/bin/env bash
# Name the missing browser in one line, with its remedy.
for name in "${FIREFOX:-firefox-esr}" firefox-esr firefox; do
  command -v "$name" > /dev/null && exit 0
done
echo "Firefox is missing: on Debian, sudo apt install firefox-esr (or name one with FIREFOX=/path/to/firefox)"
exit 1
