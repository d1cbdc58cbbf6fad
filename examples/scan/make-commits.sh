#!/usr/bin/env bash
# Makes the repository github.com/larkspur/shop with its three commits: make-commits.sh FOLDER
# The commit ids are always the same: authors and dates are fixed.
set -euo pipefail

examples="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
folder="${1:?where to make the repository}"

export GIT_AUTHOR_NAME="Larkspur" GIT_AUTHOR_EMAIL="shop@larkspur.example"
export GIT_COMMITTER_NAME="$GIT_AUTHOR_NAME" GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null

commit() {
  export GIT_AUTHOR_DATE="$1" GIT_COMMITTER_DATE="$1"
  git -C "$folder" add --all
  git -C "$folder" commit --quiet --message "$2"
  echo "$(git -C "$folder" rev-parse HEAD) $2"
}

take_second_state() {
  find "$folder" -mindepth 1 -maxdepth 1 ! -name .git -exec rm -r {} +
  cp -r "$examples/shop/." "$folder"
}

mkdir -p "$folder"
git init --quiet --initial-branch main "$folder"

take_second_state
git -C "$folder" apply "$examples/shop-before.patch"
commit 2026-11-02T09:00:00Z "First release"

take_second_state
commit 2026-11-09T15:30:00Z "Fix what the first scans found, add parcel labels and manuals"

git -C "$folder" apply "$examples/shop-after.patch"
commit 2026-11-13T11:15:00Z "Take back the stricter invoice import"
