// Lays out the site as the server embeds it: public/ at the root, pkg/ below it, and compressed copies beside each file.
// What did not change is not written again, so that the server is not built again.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [publicFolder, pkgFolder, site] = process.argv.slice(2);
const TEXT = [".css", ".html", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest", ".xml"];
// Whoever works on Laurel waits for no compression.
const COMPRESSIBLE = new Set(process.env.LAUREL_SITE_PLAIN ? [] : TEXT);
const NAMES = {
    "laurel.css": "laurel.css",
    "laurel.js": "laurel.js",
    "laurel_bg.wasm": "laurel.wasm",
    "preview.js": "preview.js",
    "preview_bg.wasm": "preview.wasm",
};
// A page starts Laurel's islands itself; the preview starts when it is there.
const ENDS = { "preview.js": '\n__wbg_init({ module_or_path: new URL("preview.wasm", import.meta.url) });\n' };

const walk = (folder) =>
    !existsSync(folder)
        ? []
        : readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
              entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
          );

const sources = new Map(walk(publicFolder).map((path) => [relative(publicFolder, path), path]));
for (const [from, to] of Object.entries(NAMES)) {
    sources.set(join("pkg", to), join(pkgFolder, from));
}

const wanted = new Set();
for (const [name, source] of sources) {
    const content = Buffer.concat([readFileSync(source), Buffer.from(ENDS[basename(source)] ?? "")]);
    const target = join(site, name);
    const variants = COMPRESSIBLE.has(extname(name)) ? [".br", ".gz"] : [];
    for (const suffix of ["", ...variants]) wanted.add(join(site, name + suffix));
    if (existsSync(target) && readFileSync(target).equals(content) && variants.every((s) => existsSync(target + s))) {
        continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    for (const suffix of variants) writeFileSync(target + suffix, compressed(content, suffix));
}
for (const path of walk(site)) {
    if (!wanted.has(path)) rmSync(path);
}
const bytes = (path) => (existsSync(path) ? statSync(path).size.toLocaleString("en") : "not");
for (const name of ["pkg/laurel.wasm", "pkg/laurel.js", "pkg/laurel.css", "pkg/preview.wasm"]) {
    console.log(`    ${name}: ${bytes(join(site, name))} bytes, ${bytes(join(site, name + ".br"))} with brotli`);
}

function compressed(content, suffix) {
    if (suffix === ".gz") return gzipSync(content, { level: 9 });
    return brotliCompressSync(content, {
        params: {
            [constants.BROTLI_PARAM_QUALITY]: 11,
            [constants.BROTLI_PARAM_LGWIN]: 24,
            [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        },
    });
}
