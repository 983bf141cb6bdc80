#!/usr/bin/env bash
# Journeys in Chromium against the release that was built, with and without JavaScript.
. "$(dirname "$0")/lib.sh"
CHROMIUM_PATH=$(find_chromium) || missing "Chromium" "Run scripts/setup.sh test first."
export CHROMIUM_PATH
export LAUREL_BIN=$CARGO_TARGET_DIR/release/laurel
say "Journeys in a browser"
cd end2end
exec ../node_modules/.bin/playwright test "$@"
