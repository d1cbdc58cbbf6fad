#!/usr/bin/env bash
# Scans the three commits of the Larkspur shop and writes the reports: run.sh OUT [TOOLS]
# Run as root inside a container or a virtual machine: the shop is scanned as /builds/larkspur/shop, so that no path of your machine
# gets into a report, and Wapiti looks at it in a network namespace that has nothing but a loopback device.
set -euo pipefail

scan="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
out="$(mkdir -p "${1:?where to write the reports}" && cd "$1" && pwd)"
tools="${2:-$HOME/.cache/larkspur-scan}"
shop=/builds/larkspur/shop

# Most scanners exit with 1 when they find something. More than that is trouble, and is said.
scanner() {
  local status=0
  "$@" 2>>"$out/scan.log" || status=$?
  if [ "$status" -gt 1 ]; then echo "exit $status: $1" >&2; fi
}

scan_code() { # FOLDER
  cp "$scan/semgrep-rules.yaml" semgrep-rules.yaml
  PATH="$tools/semgrep/bin:$PATH" scanner semgrep scan --metrics=off --disable-version-check --quiet \
    --config semgrep-rules.yaml --json --output "$1/semgrep.json" .
  rm semgrep-rules.yaml
  scanner "$tools/bandit/bin/bandit" --quiet --recursive services --format json --output "$1/bandit.json"
}

scan_everything() { # FOLDER
  cp "$scan/semgrep-rules.yaml" semgrep-rules.yaml
  PATH="$tools/semgrep/bin:$PATH" scanner semgrep scan --metrics=off --disable-version-check --quiet \
    --config semgrep-rules.yaml --sarif --output "$1/semgrep.sarif" .
  rm semgrep-rules.yaml
  PATH="$tools/njsscan/bin:$PATH" scanner njsscan services/storefront-web --json --output "$1/njsscan.json"
  scanner "$tools/node/node_modules/.bin/eslint" --config "$tools/node/eslint.config.js" \
    --format json --output-file "$1/eslint.json" services/storefront-web
  scanner "$tools/node/node_modules/.bin/eslint" --config "$tools/node/eslint.config.js" \
    --format "$tools/node/node_modules/@microsoft/eslint-formatter-sarif/sarif.js" --output-file "$1/eslint.sarif" services/storefront-web
  scanner "$tools/checkov/bin/checkov" --directory . --framework terraform dockerfile kubernetes secrets \
    --skip-download --quiet --compact --output json >"$1/checkov.json"
  scanner "$tools/hadolint/bin/hadolint" --format json services/checkout-api/Dockerfile services/storefront-web/Dockerfile >"$1/hadolint.json"
  scanner "$tools/zizmor/bin/zizmor" --offline --no-exit-codes --format json . >"$1/zizmor.json"
  scanner "$tools/zizmor/bin/zizmor" --offline --no-exit-codes --format sarif . >"$1/zizmor.sarif"
  scanner "$tools/detect-secrets/bin/detect-secrets" scan >"$1/detect-secrets.json"
  scanner "$tools/trufflehog3/bin/trufflehog3" --no-history --no-entropy --format json --output "$1/trufflehog3.json" .
  scanner "$tools/node/node_modules/.bin/secretlint" --secretlintrc "$tools/node/secretlintrc.json" \
    --format json --output "$1/secretlint.json" "**/*"
  scanner "$tools/pip-audit/bin/pip-audit" --requirement services/checkout-api/requirements.txt --no-deps --disable-pip \
    --progress-spinner off --format json --output "$1/pip-audit.json"
}

# Semgrep with a rule file that it cannot read: it exits with 7, and still writes reports without results.
scan_with_broken_rules() { # FOLDER
  sed 's/"\$DB.execute(\$SQL, ...)"/$DB.execute($SQL, ...)/' "$scan/semgrep-rules.yaml" >semgrep-rules.yaml
  for form in json sarif; do
    PATH="$tools/semgrep/bin:$PATH" scanner semgrep scan --metrics=off --disable-version-check --quiet \
      --config semgrep-rules.yaml "--$form" --output "$1/semgrep-broken-rules.$form" .
  done
  rm semgrep-rules.yaml
}

list_packages() { # FOLDER
  (cd services/storefront-web && npm sbom --sbom-format cyclonedx --package-lock-only >"$1/storefront-web.cdx.json" 2>>"$out/scan.log")
}

scan_running_shop() { # FOLDER
  unshare --mount --net bash "$scan/run-wapiti.sh" "$shop" "$1" "$tools" >>"$out/scan.log" 2>&1
}

rm -rf "$shop"
"$scan/make-commits.sh" "$shop"
cd "$shop"
for state in first:main~2 second:main~1 third:main; do
  folder="$out/${state%%:*}"
  mkdir -p "$folder"
  git checkout --quiet "${state#*:}"
  scan_code "$folder"
  if [ "${state%%:*}" = third ]; then continue; fi
  scan_everything "$folder"
  list_packages "$folder"
  scan_running_shop "$folder"
done
scan_with_broken_rules "$out/third"
