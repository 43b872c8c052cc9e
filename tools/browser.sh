#!/bin/sh
# Make sure that there is a Chromium for the browser tests; install it where that is possible without asking.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" > /dev/null; then
        exit 0
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "Installing Chromium for the browser tests …"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core > /dev/null
    command -v chromium > /dev/null
    exit 0
fi

echo "The browser tests need Chromium, and it was not found." >&2
echo "Install the package chromium (or Google Chrome) and run the command again." >&2
exit 1
