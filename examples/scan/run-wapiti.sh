#!/usr/bin/env bash
# Starts the shop behind https://shop.larkspur.example and lets Wapiti look at it: run-wapiti.sh SHOP FOLDER TOOLS
# Called by run.sh, which gives it mounts and a network of its own: here that name is 127.0.0.1, and nothing else is reached.
set -euo pipefail

scan="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
shop="$1" folder="$2" tools="$3"
work="$(mktemp -d)"
trap 'kill $(jobs -p); rm -rf "$work"' EXIT

ip link set lo up
echo "127.0.0.1 localhost shop.larkspur.example" >"$work/hosts"
mount --bind "$work/hosts" /etc/hosts
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=shop.larkspur.example -keyout "$work/key" -out "$work/certificate"

cp -r "$shop/services" "$work"
(cd "$work/services/storefront-web" && cp -r "$tools/storefront/node_modules" . && exec node server.js) &
(cd "$work/services/checkout-api" && exec "$tools/shop/bin/gunicorn" --bind 127.0.0.1:8001 "checkout:create_app()") &
node "$scan/front.js" "$work/certificate" "$work/key" &
sleep 5

"$tools/wapiti/bin/wapiti" --url https://shop.larkspur.example/ --verify-ssl 0 --scope domain --level 1 --flush-session \
  --module sql,xss,redirect,file,exec,csp,http_headers,cookieflags --max-scan-time 240 --no-bugreport \
  --format json --output "$folder/wapiti.json"
