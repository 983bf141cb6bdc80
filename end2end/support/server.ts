//! Starts the release on a port and a data directory of its own, with the Postgres that it keeps itself.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const BINARY = process.env.LAUREL_BIN ?? join(import.meta.dirname, "../../target/release/laurel");
const READY_WITHIN_MS = 120_000;

export class Server {
    private constructor(
        readonly url: string,
        readonly folder: string,
        private readonly process: ChildProcess,
        private readonly said: string[],
        private readonly environment: NodeJS.ProcessEnv,
    ) {}

    /** Starts a server; with `demo` it has the demonstration shop. */
    static async start(demo: boolean): Promise<Server> {
        const folder = await mkdtemp(join(tmpdir(), "laurel-journey-"));
        // The server's own Postgres runs as another user when we are root, and has to reach its data.
        await chmod(folder, 0o755);
        const port = await freePort();
        const url = `http://127.0.0.1:${port}`;
        const { DATABASE_URL: _theirs, ...inherited } = process.env;
        const environment = {
            ...inherited,
            LAUREL_ADDR: `127.0.0.1:${port}`,
            LAUREL_PUBLIC_URL: url,
            LAUREL_DATA_DIR: join(folder, "data"),
        };
        const said: string[] = [];
        const command = demo ? ["serve", "--demo"] : ["serve"];
        const child = spawn(BINARY, command, { env: environment, cwd: folder });
        for (const stream of [child.stdout, child.stderr]) {
            stream.on("data", (text) => said.push(String(text)));
        }
        const server = new Server(url, folder, child, said, environment);
        await server.ready();
        return server;
    }

    /** What the server printed so far. */
    get log(): string {
        return this.said.join("");
    }

    /** Runs another command beside the server and gives what it printed. */
    async run(...command: string[]): Promise<string> {
        const options = { env: this.environment, cwd: this.folder };
        return (await promisify(execFile)(BINARY, command, options)).stdout;
    }

    /** Every mail to an address, newest first. Without SMTP they are files in the data directory. */
    async mailsTo(address: string): Promise<string[]> {
        const folder = join(this.folder, "data", "mails");
        const names = (await readdir(folder).catch(() => [])).sort().reverse();
        const mails = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
        return mails.filter((mail) => mail.toLowerCase().includes(address.toLowerCase()));
    }

    /** Asks the server to stop, and holds it to ending well. */
    async stop(): Promise<void> {
        const ended = new Promise<number | null>((resolve) => this.process.once("exit", resolve));
        const code = this.process.exitCode ?? (this.process.kill("SIGTERM"), await ended);
        await rm(this.folder, { recursive: true, force: true });
        if (code !== 0) throw new Error(`The server ended with ${code}:\n${this.log}`);
    }

    private async ready(): Promise<void> {
        const until = Date.now() + READY_WITHIN_MS;
        while (Date.now() < until && this.process.exitCode === null) {
            const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
            if (answer?.ok) return;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        this.process.kill("SIGTERM");
        throw new Error(`The server was not ready:\n${this.log}`);
    }
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
