// Builds, serves, and does both again whenever a file changes. A build that fails leaves the server as it is.
import { spawn } from "node:child_process";
import { watch } from "node:fs";

const WATCHED = ["src", "style", "public", "migrations"];
const arguments_ = ["serve", "--demo", ...process.argv.slice(2)];
const say = (text) => console.log(`==> ${text}`);

let server;
let building = false;
let waiting = true;
let timer;

const ended = (child) => new Promise((done) => child.once("exit", (code) => done(code)));

async function stop() {
    if (!server || server.exitCode !== null) return;
    server.kill("SIGTERM");
    await ended(server);
}

/** One build at a time; what changes meanwhile is built afterwards. */
async function build() {
    if (building) return;
    building = true;
    while (waiting) {
        waiting = false;
        const since = Date.now();
        const code = await ended(spawn("scripts/build.sh", ["dev"], { stdio: "inherit" }));
        if (code !== 0) {
            say("That did not build; the server stays as it was. Change something to try again.");
            continue;
        }
        say(`Built in ${Math.round((Date.now() - since) / 1000)} s`);
        await stop();
        server = spawn(process.env.LAUREL_BIN, arguments_, { stdio: "inherit" });
    }
    building = false;
}

for (const folder of WATCHED) {
    watch(folder, { recursive: true }, () => {
        // An editor writes a file in several steps.
        clearTimeout(timer);
        timer = setTimeout(() => {
            waiting = true;
            void build();
        }, 300);
    });
}
for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, async () => {
        await stop();
        process.exit(0);
    });
}
void build();
