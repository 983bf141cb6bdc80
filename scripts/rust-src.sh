#!/usr/bin/env bash
# Unpacks Debian's source of the standard library, of exactly this rustc's version, into the folder that is given.
. "$(dirname "$0")/lib.sh"
folder=$1
version=$(rustc -V | cut -d' ' -f2)
how="Run \`rustup target add $WASM\` where rustup can reach its server, then start again."
has apt-get && has dpkg || missing "the $WASM target" "$how"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Backports hold newer versions than the system's own release; their list is read apart from the system's.
archive=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -n 1)
for suite in bookworm-backports trixie trixie-backports forky sid; do
    printf 'deb %s %s main\n' "$archive" "$suite"
done >"$work/sources.list"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
apt=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
apt-get "${apt[@]}" -qq update || true
package=$(apt-cache "${apt[@]}" madison rust-src | awk -F'|' -v v="$version" '{gsub(/ /, "", $2)} index($2, v) == 1 {print $2; exit}')
[ -n "$package" ] || missing "the $WASM target" "$how"

say "Unpacking rust-src $package"
(cd "$work" && apt-get "${apt[@]}" -qq download "rust-src=$package")
dpkg -x "$work"/rust-src_*.deb "$work/root"
mkdir -p "$(dirname "$folder")"
rm -rf "$folder"
mkdir -p "$folder"
mv "$work/root/usr/src/rustc-$version/library" "$folder/library"
