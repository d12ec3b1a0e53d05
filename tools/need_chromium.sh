#!/usr/bin/env bash
# Name the missing browser in one line, with its remedy.
for name in "${CHROMIUM:-chromium}" chromium chromium-browser google-chrome; do
  command -v "$name" > /dev/null && exit 0
done
echo "Chromium is missing: on Debian and Ubuntu, sudo apt install chromium (or name one with CHROMIUM=/path/to/chromium)"
exit 1
