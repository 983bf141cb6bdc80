//! A running release, on a port and a data directory of its own, with the Postgres that it keeps itself.

import { execFile, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const BINARY = process.env.LAUREL_BIN ?? join(import.meta.dirname, "../../target/release/laurel");
const READY_WITHIN_MS = 180_000;
const PASSED_ON = "LAUREL_JOURNEY_SERVERS";

/** What journeys know of a server; plain values, so that it can be handed to another process. */
type Place = { url: string; folder: string };

export class Server {
    constructor(private readonly place: Place) {}

    /** The server of one of the workers that run side by side. */
    static of(worker: number): Server {
        const places: Place[] = JSON.parse(process.env[PASSED_ON] ?? "[]");
        return new Server(places[worker]);
    }

    get url(): string {
        return this.place.url;
    }

    /** What the server printed so far. */
    get log(): string {
        return readFileSync(join(this.place.folder, "log"), "utf8");
    }

    /** Runs another command beside the server and gives what it printed. */
    async run(...command: string[]): Promise<string> {
        const options = { env: environment(this.place), cwd: this.place.folder };
        return (await promisify(execFile)(BINARY, command, options)).stdout;
    }
}

/** Starts a server with the demonstration for each worker; gives what stops them and holds them to it. */
export async function startServers(workers: number): Promise<() => Promise<void>> {
    const running = await Promise.all(Array.from({ length: workers }, start));
    process.env[PASSED_ON] = JSON.stringify(running.map(({ place }) => place));
    return async () => {
        for (const { place, child, ended } of running) {
            child.kill("SIGTERM");
            const code = await ended;
            const { log } = new Server(place);
            rmSync(place.folder, { recursive: true, force: true });
            if (code !== 0) throw new Error(`A server ended with ${code}:\n${log}`);
        }
    };
}

async function start() {
    const folder = mkdtempSync(join(tmpdir(), "laurel-journey-"));
    // The server's own Postgres runs as another user when we are root, and has to reach its data.
    chmodSync(folder, 0o755);
    const place = { url: `http://127.0.0.1:${await freePort()}`, folder };
    const log = openSync(join(folder, "log"), "a");
    const child = spawn(BINARY, ["serve", "--demo"], {
        env: environment(place),
        cwd: folder,
        stdio: ["ignore", log, log],
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));

    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until && child.exitCode === null) {
        const answer = await fetch(`${place.url}/readyz`).catch(() => undefined);
        if (answer?.ok) return { place, child, ended };
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    child.kill("SIGTERM");
    throw new Error(`The server was not ready:\n${new Server(place).log}`);
}

function environment({ url, folder }: Place): NodeJS.ProcessEnv {
    const { DATABASE_URL: _theirs, ...inherited } = process.env;
    const addr = new URL(url).host;
    const data = join(folder, "data");
    return { ...inherited, LAUREL_ADDR: addr, LAUREL_PUBLIC_URL: url, LAUREL_DATA_DIR: data };
}

function freePort(): Promise<number> {
    return new Promise((resolve, reject) => {
        const probe = createServer();
        probe.once("error", reject);
        probe.listen(0, "127.0.0.1", () => {
            const address = probe.address();
            const port = typeof address === "object" && address ? address.port : 0;
            probe.close(() => resolve(port));
        });
    });
}
