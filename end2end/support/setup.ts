//! Before all journeys: a server for each worker. Afterwards they are stopped, and have to end well.

import type { FullConfig } from "@playwright/test";

import { startServers } from "./server";

export default (config: FullConfig) => startServers(config.workers);
